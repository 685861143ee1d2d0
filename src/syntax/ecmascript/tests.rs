//! Tables of snippets and the facts that they become, and code that was written to break a walk.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::facts::graph::Graph;
use crate::facts::{Facts, FunctionId, Part, ValueKind};
use crate::language::Language;
use crate::syntax::Syntax;

fn lower(language: Language, text: &str) -> Facts {
    let deadline = Duration::from_secs(60);
    Syntax::parse(language, text, None, deadline).expect("a minute is enough for a snippet").lower(text)
}

/// A table's rows: `### language: what it shows`, the snippet, `=>`, the dump.
fn check(table: &str) {
    let mut report = String::new();
    for row in table.split("### ").skip(1) {
        let (head, rest) = row.split_once('\n').expect("a row has a head");
        let (language, _) = head.split_once(':').expect("a head names its language");
        let language = match language {
            "js" => Language::JavaScript,
            "ts" => Language::TypeScript,
            _ => Language::Tsx,
        };
        let (snippet, expected) = rest.split_once("=>\n").unwrap_or((rest, ""));
        let dump = lower(language, snippet).dump();
        if dump.trim() != expected.trim() {
            write!(report, "### {head}\n{snippet}=>\n{dump}\n").expect("a string takes everything");
        }
    }
    assert!(report.is_empty(), "these rows became something else:\n{report}");
}

#[test]
fn values() {
    check(include_str!("tests/values.txt"));
}

#[test]
fn stores() {
    check(include_str!("tests/stores.txt"));
}

#[test]
fn statements() {
    check(include_str!("tests/statements.txt"));
}

#[test]
fn functions_and_classes() {
    check(include_str!("tests/functions.txt"));
}

#[test]
fn modules() {
    check(include_str!("tests/modules.txt"));
}

#[test]
fn damage() {
    check(include_str!("tests/damage.txt"));
}

/// Every literal piece of a text stands where it says, and one without escapes maps byte by byte.
#[test]
fn text_ranges() {
    let source = "f(\"a\\n\\u{1F600}b\", 'c\\\nd', `e${ x }f\\`g`, \"h\" + y + 'i', \"\", \"\\uD83D\\uDE00\");";
    let facts = lower(Language::JavaScript, source);
    let mut report = String::new();
    for (id, value) in facts.values() {
        let ValueKind::Text(text) = &value.kind else { continue };
        let _ = write!(report, "{}:", facts.range(id).of(source).escape_debug());
        for part in &text.parts {
            let (cooked, range) = match part {
                Part::Literal { text, range } => (format!("{text:?}"), *range),
                Part::Hole { range, .. } => ("hole".to_owned(), *range),
            };
            let at = facts.at(id.chunk, range);
            let _ = write!(report, " {cooked}={}", at.of(source).escape_debug());
        }
        report.push('\n');
    }
    let expected = r#"\"a\\n\\u{1F600}b\": "a"=a "\n"=\\n "😀"=\\u{1F600} "b"=b
\'c\\\nd\': "c"=c ""=\\\n "d"=d
`e${ x }f\\`g`: "e"=e hole=${ x } "f"=f "`"=\\` "g"=g
\"h\" + y + \'i\': "h"=h hole=y "i"=i
\"\": ""=
\"\\uD83D\\uDE00\": "😀"=\\uD83D\\uDE00
"#;
    assert_eq!(report, expected);
}

/// The chunks' ranges: a method begins behind its decorators, its computed name belongs outside.
#[test]
fn function_ranges() {
    let source = "class A { @D() static async [k](a) { return b } }\nconst f = x => y;\n";
    let facts = lower(Language::TypeScript, source);
    let texts: Vec<&str> = facts.functions().map(|it| facts.function_range(it).of(source)).collect();
    assert_eq!(texts[1..], ["static async [k](a) { return b }", "x => y"]);
    let outside: Vec<&str> = facts
        .values()
        .filter(|(id, value)| facts.function_of(*id) == FunctionId::MODULE && matches!(value.kind, ValueKind::Name(_)))
        .map(|(id, _)| facts.range(id).of(source))
        .collect();
    assert_eq!(outside, ["D", "k"]);
}

#[test]
fn names_resolve() {
    let source = "const a = 1;\nfunction f(p) { if (p) { let b = 2; var c = 3; a; b; c; p } f; b }\n";
    let facts = lower(Language::JavaScript, source);
    let mut report = String::new();
    for (id, value) in facts.values() {
        let ValueKind::Name(name) = &value.kind else { continue };
        let stores = facts.stores_of(name, value.scope);
        let stores: Vec<&str> = stores.iter().map(|it| facts.range(*it).of(source)).collect();
        let _ = writeln!(report, "{} -> {}", facts.range(id).of(source), stores.join(", "));
    }
    assert_eq!(report, "p -> p\na -> a = 1\nb -> b = 2\nc -> c = 3\np -> p\nf -> f\nb -> \n");
}

/// A `break` in a `switch` leaves the switch and not the loop around it, from inside a branch, too.
#[test]
fn breaks_of_switches_are_followed() {
    let source = "while (a) { switch (b) { case 1: if (c) break; d(); break; default: e() } f() }";
    let facts = lower(Language::JavaScript, source);
    let graph = Graph::of(&facts, FunctionId::MODULE).expect("every jump has its target");
    let expected = "0 entry -> 1
1 loop -> 2
2 test -> true 3, false exit
3 pattern -> true 4, true 7
4 test -> true 5, false 6
5 break -> 8
6 call d -> raise escape, 8
7 call e -> raise escape, 8
8 call f -> raise escape, 9
9 next -> back 1";
    assert_eq!(graph.dump(&facts).trim(), expected);
}

#[test]
fn what_an_error_holds_is_damaged() {
    let snippets = [
        "f(1,, \"key\")",
        "x = [\"key\"",
        "function f() {\n  g(\"key\"\n}\nx = 1",
        "if (\"key\"",
        "class A { b = c(\"key\" }",
        "f({ a: \"key\" b: 1 })",
        "switch (a) { case \"key\": b(; }",
        "f(a, (b = \"key\" => { c })",
    ];
    for text in snippets {
        let facts = lower(Language::JavaScript, text);
        let found = facts.values().find(|(_, it)| matches!(it.kind, ValueKind::Text(_)));
        let (id, _) = found.unwrap_or_else(|| panic!("{text}\n{}", facts.dump()));
        assert!(facts.is_damaged(id), "{text}\n{}", facts.dump());
    }
}

/// Lowers generated code. The bound is loose, for slow machines: a quadratic step takes minutes.
fn hostile(text: &str) {
    let start = Instant::now();
    lower(Language::JavaScript, text).dump();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{} bytes took {took:?}: {text:.40}…", text.len());
}

#[test]
fn deep_and_long_code_is_lowered_in_linear_time() {
    const N: usize = 30_000;
    hostile(&["[".repeat(100_000), "]".repeat(100_000)].concat());
    hostile(&format!("x = 1{}", "+1".repeat(200_000)));
    hostile(&format!("if (a) {{}}{}", " else if (a) {}".repeat(100_000)));
    let cases = [
        "[".repeat(N),
        format!("x = \"a\"{}", "+b".repeat(N)),
        format!("x = {}a{}", "(".repeat(N), ")".repeat(N)),
        format!("x = {}a{}", "!(a || ".repeat(N), ")".repeat(N)),
        format!("x = {}1", "a ? b : ".repeat(N)),
        format!("x = {}1", "a => ".repeat(N)),
        format!("const {}a{} = v", "[a, ".repeat(N), "]".repeat(N)),
        format!("const {}a{} = v", "{a: ".repeat(N), "}".repeat(N)),
        format!("x{}", ".a(b)".repeat(N)),
        format!("x{} = 1", "[a]".repeat(N)),
        format!("{}{}", "{".repeat(N), "}".repeat(N)),
        format!("f({})", "1,".repeat(N)),
        format!("x = {}1", "x = ".repeat(N)),
        format!("{}b", "a = 1, ".repeat(N)),
        format!("{}x{}", "f(".repeat(N), ")++".repeat(N)),
        format!("{}x{}", "a[".repeat(N), "]++".repeat(N)),
        format!("x = `{}`", "${a}".repeat(N)),
        format!("x = {}{}", "<A>".repeat(N), "</A>".repeat(N)),
        "foo(a,,b);".repeat(N / 10),
        "const = ;".repeat(N / 10),
        "((((".repeat(N / 10),
        "function f() {".repeat(N / 10),
    ];
    cases.iter().for_each(|it| hostile(it));
}
