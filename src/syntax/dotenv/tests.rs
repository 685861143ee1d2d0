#![expect(clippy::unwrap_used, reason = "tests")]

use super::lower;
use crate::facts::{Definition, Facts, Part, ValueKind};

/// A definition's value with its holes in guillemets.
fn shown(facts: &Facts, text: &str, definition: &Definition) -> String {
    let ValueKind::Text(value) = &facts[definition.value].kind else { return "?".to_owned() };
    let chunk = definition.value.chunk;
    value
        .parts
        .iter()
        .map(|it| match it {
            Part::Literal { text: cooked, range } => {
                let source = facts.at(chunk, *range).of(text);
                assert!(cooked.len() != source.len() || **cooked == *source, "{cooked:?} is not at {source:?}");
                cooked.to_string()
            }
            Part::Hole { value, .. } => match &facts[*value].kind {
                ValueKind::Name(name) => format!("«{name}»"),
                _ => "«»".to_owned(),
            },
        })
        .collect()
}

fn read(text: &str) -> Vec<String> {
    let facts = lower(text);
    let line = |it: &Definition| {
        let name = it.name_range.of(text);
        assert_eq!(name, &*it.name);
        let problem = it.problem.map(|it| format!("  ({it})")).unwrap_or_default();
        format!("{name}={}{problem}", shown(&facts, text, it))
    };
    facts.definitions.iter().map(line).collect()
}

/// What python-dotenv, npm dotenv 18, `node --env-file`, bash and docker read was measured with those programs; here stands
/// what the first three have in common, and the reason where the five do not agree.
#[test]
fn values() {
    for (text, want) in [
        ("K=sk-abc", "K=sk-abc"),
        ("  K=sk-abc", "K=sk-abc"),
        ("K =sk-abc", "K=sk-abc  (spaces around `=`)"),
        ("K= sk-abc", "K=sk-abc  (spaces around `=`)"),
        ("K=sk-abc   ", "K=sk-abc"),
        ("K=\"sk-abc\"", "K=sk-abc"),
        ("K='sk-abc'", "K=sk-abc"),
        ("K=\"sk-abc \"", "K=sk-abc "),
        ("export K=sk-abc", "K=sk-abc"),
        ("export\tK=sk-abc", "K=sk-abc"),
        ("K=sk-abc # prod", "K=sk-abc"),
        ("K=sk-abc#prod", "K=sk-abc#prod  (`#` without a space in front of it)"),
        ("K=sk-abc\r", "K=sk-abc"),
        ("K=\u{201C}sk-abc\u{201D}", "K=\u{201C}sk-abc\u{201D}"),
        ("K=`sk-abc`", "K=sk-abc  (backticks are no quotes to most loaders)"),
        ("K=\"sk-abc", "K=\"sk-abc  (unterminated quote)"),
        ("K=\"sk-abc'", "K=\"sk-abc'  (unterminated quote)"),
        ("K=", "K="),
        ("K=   ", "K="),
        ("K=\"\"", "K="),
        ("K= # none yet", "K="),
        ("K=#none", "K="),
        ("K: sk-abc", "K=sk-abc  (`:` in place of `=`)"),
        ("set K=sk-abc", "K=sk-abc  (`set` in front of the name)"),
        ("K=sk-$abc", "K=sk-«abc»"),
        ("K=\"sk-$abc\"", "K=sk-«abc»"),
        ("K='sk-$abc'", "K=sk-$abc"),
        ("K=${A}-${B:-x}!", "K=«A»-«B»!"),
        ("K=$(cat key)", "K=«»  (spaces in a value without quotes)"),
        ("K=a$", "K=a$"),
        ("K=\"a\\$b\"", "K=a$b"),
        ("K=\u{A0}sk-abc", "K=\u{A0}sk-abc  (loaders read different values from this line)"),
        ("K=sk-abc\u{200B}", "K=sk-abc\u{200B}"),
        ("K=sk-abc;", "K=sk-abc;"),
        ("K=Bearer sk-abc", "K=Bearer sk-abc  (spaces in a value without quotes)"),
        ("K=\"Bearer sk-abc\"", "K=Bearer sk-abc"),
        ("K=\"sk-abc#x\"", "K=sk-abc#x"),
        ("K=\"a\" b", "K=\"a\" b  (text behind the closing quote)"),
        ("K=\"a\" # b", "K=a"),
        ("K=\"a\\nb\\\"c\"", "K=a\nb\"c"),
        ("K=a=b", "K=a=b"),
        ("a.b=1", "a.b=1"),
        ("a-b=1", "a-b=1  (not every loader accepts this line)"),
    ] {
        assert_eq!(read(text), [want], "{text:?}");
    }
}

#[test]
fn lines_that_define_nothing() {
    for text in
        ["", "\n\n", "# K=1", "=1", "use nix", "dotenv_if_exists .env.local", "1K=2", "K", "http://x", "K:v", "\u{0}"]
    {
        assert_eq!(read(text), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn several_lines() {
    for (text, want) in [
        ("A=1\r\nB=2\rC=3\n", &["A=1", "B=2", "C=3"][..]),
        ("A=\"x\ny\"\nB=1", &["A=x\ny", "B=1"]),
        ("A='x\r\ny' # end\nB=1", &["A=x\r\ny", "B=1"]),
        ("A=\"x\nB=\"y\"\nC=1", &["A=\"x  (unterminated quote)", "B=y", "C=1"]),
        ("A=\"x\nB=1", &["A=\"x  (unterminated quote)", "B=1"]),
        ("A=1\nA=2", &["A=1", "A=2"]),
    ] {
        assert_eq!(read(text), want, "{text:?}");
    }
}

#[test]
fn ranges() {
    let text = "# top\nexport KEY = \"a b\"  # why\nNEXT='x'";
    let facts = lower(text);
    let first = &facts.definitions[0];
    assert_eq!(first.raw_range.of(text), " \"a b\"  # why");
    assert_eq!(first.range.of(text), "export KEY = \"a b\"  # why");
    assert_eq!(facts.range(first.value).of(text), "a b");
    assert_eq!((first.quote, facts.definitions[1].quote), (Some('"'), Some('\'')));
    let comments: Vec<&str> = facts.comments.iter().map(|it| it.range.of(text)).collect();
    assert_eq!(comments, ["# top", "# why"]);
}

proptest::proptest! {
    /// What we read without a complaint, `dotenvy` reads the same.
    #[test]
    fn agrees_with_dotenvy(text in "[A-C]=[ab\"'`\\\\ #=-]{0,8}\n([A-C] ?= ?[ab\"'\\\\n ]{0,6}\n){0,3}") {
        let facts = lower(&text);
        for it in facts.definitions.iter().filter(|it| it.problem.is_none()) {
            let line = [it.range.of(&text), "\n"].concat();
            let (name, value) = dotenvy::from_read_iter(line.as_bytes()).next().unwrap().unwrap();
            proptest::prop_assert_eq!(&*it.name, name);
            proptest::prop_assert_eq!(shown(&facts, &text, it), value);
        }
    }

    /// No input makes the reader fail, and what it finds stands in order.
    #[test]
    fn reads_anything(text in "([A-Z_ =\"'`$\\{\\}()#\\\\\r\nx\u{e9}\u{feff}-]|export ){0,60}") {
        let facts = lower(&text);
        let mut last = 0;
        for it in &facts.definitions {
            proptest::prop_assert!(it.range.start >= last && it.range.contains(it.raw_range));
            last = it.range.end;
        }
    }
}
