#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;
use std::time::Duration;

use crate::facts::{Facts, Part, Root, ScopeKind, StoreId, StoreKind, ValueId, ValueKind};
use crate::language::Language;
use crate::syntax::Syntax;
use crate::text::TextRange;

fn lower(text: &str) -> Facts {
    Syntax::parse(Language::Python, text, None, Duration::from_secs(60)).unwrap().lower(text)
}

/// Compares a table of snippets and their prints: rows between `---`, print behind `=>`.
fn check_table(table: &str) {
    let mut wrong = String::new();
    for row in table.trim_end().split("\n---\n") {
        let (snippet, want) = row.split_once("\n=>").unwrap();
        let got = lower(snippet).dump();
        if got.trim_end() != want.trim() {
            writeln!(wrong, "{snippet}\n=> wanted\n{}\n=> got\n{got}", want.trim()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn values() {
    check_table(include_str!("tests/values.txt"));
}

#[test]
fn statements() {
    check_table(include_str!("tests/statements.txt"));
}

#[test]
fn damage() {
    check_table(include_str!("tests/damage.txt"));
}

/// The first value that `is` holds for.
fn find(facts: &Facts, is: impl Fn(&ValueKind) -> bool) -> ValueId {
    facts.values().find(|(_, it)| is(&it.kind)).unwrap().0
}

#[test]
fn parts_of_texts_lead_back_to_the_source() {
    for (text, want) in [
        (r#""a\nb""#, &["a=a", r"\n=⏎", "b=b"][..]),
        (r#"f"Bearer {key!r} {{""#, &["Bearer =Bearer ", "{key!r}=key", " = ", "{{={"]),
        (r#""a" 'b' r"\d""#, &["a=a", "b=b", r"\d=\d"]),
        (r#""Bearer " + self.key + "c""#, &["Bearer =Bearer ", "self.key=self.key", "c=c"]),
        (r#""\u00e9\x41\101\0\8""#, &[r"\u00e9=é", r"\x41=A", r"\101=A", "\\0=\0", r"\8=\8"]),
        ("def f(): return 'é' f'{x}'", &["é=é", "{x}=x"]),
    ] {
        let facts = lower(text);
        let id = find(&facts, |it| matches!(it, ValueKind::Text(text) if !text.parts.is_empty()));
        let ValueKind::Text(it) = &facts[id].kind else { unreachable!() };
        let parts = it.parts.iter().map(|part| match part {
            Part::Literal { text: cooked, range } => {
                format!("{}={}", facts.at(id.chunk, *range).of(text), cooked.replace('\n', "⏎"))
            }
            Part::Hole { value, range, .. } => {
                format!("{}={}", facts.at(id.chunk, *range).of(text), facts.range(*value).of(text))
            }
        });
        assert_eq!(parts.collect::<Vec<_>>(), want, "{text}");
    }
}

#[test]
fn calls_and_keys_lead_back_to_the_source() {
    let text = "def f(self):\n  self.headers[\"x-api-key\"] = g(1, key=k, *a)\n";
    let facts = lower(text);
    let id = find(&facts, |it| matches!(it, ValueKind::Call(_)));
    let call = facts.call(id).unwrap();
    let at = |range| facts.at(id.chunk, range).of(text);
    assert_eq!(at(call.argument_range), "(1, key=k, *a)");
    assert_eq!(call.arguments.iter().map(|it| at(it.range)).collect::<Vec<_>>(), ["1", "key=k", "*a"]);
    assert_eq!(at(call.arguments[1].name.as_ref().unwrap().1), "key");
    let (_, store) = facts.stores().find(|(_, it)| it.kind == StoreKind::Assign).unwrap();
    let names = store.place.path.iter().map(|it| match it {
        crate::facts::Step::Key(name, range) => format!("{name}={}", at(*range)),
        other => format!("{other:?}"),
    });
    assert_eq!(names.collect::<Vec<_>>(), ["headers=headers", "x-api-key=x-api-key"]);
    assert_eq!(at(store.range), "self.headers[\"x-api-key\"] = g(1, key=k, *a)");
}

/// Every store of a name: whether it declares, in which kind of scope, and its statement's source.
fn stores(text: &str, name: &str) -> Vec<String> {
    let facts = lower(text);
    let is_it = |(_, store): &(StoreId, &crate::facts::Store)| store.place.root == Root::Name(name.into());
    let describe = |(id, store): (StoreId, &crate::facts::Store)| {
        let declares = if store.declares { "declares" } else { "stores" };
        let scope = match facts[store.scope].kind {
            ScopeKind::Function => facts.function(facts.function_of(store.scope)).name.as_deref().unwrap_or("module"),
            ScopeKind::Class => "class",
            ScopeKind::Block => "block",
        };
        let statement = facts[id].statement.map(|it| facts.range(it).of(text).lines().next().unwrap_or_default());
        format!("{declares} in {scope}: {}", statement.unwrap_or("-"))
    };
    facts.stores().filter(is_it).map(describe).collect()
}

#[test]
fn scopes() {
    for (text, want) in [
        ("x = 1", &["declares in module: x = 1"][..]),
        ("def f(x): pass", &["declares in f: -"]),
        ("def f():\n  x = 1", &["declares in f: x = 1"]),
        ("def f():\n  global x\n  x = 1", &["stores in f: x = 1"]),
        ("global x\nx = 1", &["declares in module: x = 1"]),
        ("class A:\n  x = 1", &["declares in class: x = 1"]),
        ("class A:\n  def x(self): pass", &["declares in class: def x(self): pass"]),
        ("def f():\n  for x in y:\n    pass", &["declares in f: for x in y:"]),
        ("def f():\n  try: a\n  except E as x: b", &["declares in f: try: a"]),
        ("with a as x:\n  b", &["declares in module: with a as x:"]),
        ("y = [x for x in z]", &["declares in block: y = [x for x in z]"]),
        ("y = [(x := z) for z in w]", &["declares in module: y = [(x := z) for z in w]"]),
        ("x.y = 1", &["stores in module: x.y = 1"]),
        ("import x.y", &["declares in module: import x.y"]),
        ("del x", &["stores in module: del x"]),
        ("@d\nclass x: pass", &["declares in module: @d"]),
    ] {
        assert_eq!(stores(text, "x"), want, "{text}");
    }
}

#[test]
fn names_are_found_where_python_finds_them() {
    for (text, want) in [
        // A default is looked up outside the function.
        ("x = 1\ndef f(x=x): pass", "x = 1"),
        ("x = 1\nf = lambda x=x: 2", "x = 1"),
        ("x = 1\ndef f(y: x = 2, *, x): pass", "x = 1"),
        ("x = 1\ndef f():\n  return x\n  x = 2", "x = 2"),
        ("x = 1\nclass A:\n  x = 2\n  def f(self): return x", "x = 1"),
        ("x = 1\nclass A:\n  x = 2\n  y = x", "x = 2"),
        ("def f():\n  x = 1\n  def g():\n    nonlocal x\n    return x", "x = 1"),
    ] {
        let facts = lower(text);
        let id = find(&facts, |it| matches!(it, ValueKind::Name(name) if **name == *"x"));
        let stores = facts.stores_of("x", facts[id].scope);
        let source = stores.first().map(|it| facts.range(*it).of(text));
        assert_eq!(source, Some(want), "{text}");
    }
}

#[test]
fn a_name_is_stored_in_source_order() {
    let text = "for x in y:\n  x = f(x)\n";
    let facts = lower(text);
    let (_, store) = facts.stores().next().unwrap();
    let kinds: Vec<_> = facts.stores_of("x", store.scope).into_iter().map(|it| facts[it].kind).collect();
    assert_eq!(kinds, [StoreKind::Element, StoreKind::Assign]);
}

#[test]
fn what_an_error_holds_is_damaged() {
    for text in ["f(1,, \"key\")", "x = [\"key\"", "def f():\n  g(\"key\"\n\nx = 1", "if \"key\"", "class A(\"key\""] {
        let facts = lower(text);
        let id = find(&facts, |it| matches!(it, ValueKind::Text(_)));
        assert!(facts.is_damaged(id), "{text}\n{}", facts.dump());
    }
}

#[test]
fn chunks_cover_their_functions() {
    let text = "x = 1\n@d\nasync def f(a): return lambda: a\n";
    let facts = lower(text);
    let sources: Vec<&str> = facts.functions().map(|it| facts.function_range(it).of(text).trim_end()).collect();
    assert_eq!(sources, [text.trim_end(), "async def f(a): return lambda: a", "lambda: a"]);
    let statement = facts.statements().find(|(_, it)| facts.at(0, it.range).start == 6).unwrap();
    assert_eq!(facts.range(statement.0), TextRange::new(6, text.len() as u32 - 1));
}

/// Deep and long programs are lowered without a deep stack and without taking each level up again.
#[test]
fn hostile() {
    let many = 20_000;
    let nested =
        |open: &str, inner: &str, close: &str, many| format!("x = {}{inner}{}", open.repeat(many), close.repeat(many));
    for text in [
        nested("[", "", "]", many),
        nested("(", "1", ")", many),
        nested("[", "", "", many),
        nested("{\"a\": ", "1", "}", many),
        nested("(\"a\" + ", "y", ")", many),
        nested("(", "\"a\"", " + y)", many),
        nested("(a or b if b or c else ", "c", ")", many),
        nested("lambda a: ", "a", "", many),
        nested("not ", "a", "", many),
        nested("(a := ", "1", ")", many),
        nested("Optional[", "A", "]", many).replacen('=', ":", 1),
        format!("x = {}\"a\"", "\"a\" + ".repeat(2 * many)),
        format!("x = {}\"a\"", "a + ".repeat(2 * many)),
        format!("x{} = 1", ".a".repeat(many)),
        format!("{}a{} = x", "[".repeat(many), "]".repeat(many)),
        format!("{}a{} = x", "[b, ".repeat(1000), "]".repeat(1000)),
        format!("x = {}", "a < ".repeat(many) + "a"),
        format!("x = \"{}\"", "\\n".repeat(many)),
        format!("if a: pass\n{}else: pass", "elif a or b: pass\n".repeat(many)),
        format!("x{}", ".f(\"a\")".repeat(many)),
        "def f():\n x = $\n".repeat(many / 2),
        "match x:\n".to_owned() + &" case [A(), *b]: pass\n".repeat(many / 2),
        "x = \"\"\"a\n".repeat(many / 2),
        "\0\u{feff}x = 'é\u{2028}'\r\rdef \r\n\0:".to_owned(),
    ] {
        let facts = lower(&text);
        assert!(facts.values().count() + facts.statements().count() < 20 * many, "{}", &text[..40]);
        facts.dump();
    }
}
