//! Tables of snippets and the facts that they become, and code that was written to break a walk.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::facts::{Facts, Part, StoreKind, ValueKind};
use crate::language::Language;
use crate::syntax::Syntax;

fn lower(text: &str) -> Facts {
    let deadline = Duration::from_secs(60);
    Syntax::parse(Language::Rust, text, None, deadline).expect("a minute is enough for a snippet").lower(text)
}

/// A table's rows: `### what it shows`, the snippet, `=>`, the dump.
fn check(table: &str) {
    let mut report = String::new();
    for row in table.split("### ").skip(1) {
        let (head, rest) = row.split_once('\n').expect("a row has a head");
        let (snippet, expected) = rest.split_once("=>\n").unwrap_or((rest, ""));
        let dump = lower(snippet).dump();
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
fn control_flow() {
    check(include_str!("tests/control.txt"));
}

#[test]
fn declarations() {
    check(include_str!("tests/declarations.txt"));
}

#[test]
fn macros() {
    check(include_str!("tests/macros.txt"));
}

#[test]
fn damaged_code() {
    check(include_str!("tests/damaged.txt"));
}

/// Every piece of a text stands where it says, and one without escapes maps byte by byte.
#[test]
fn text_ranges() {
    let source = concat!(
        "f(\"a\\n\\u{41}b\\\n   c\", br##\"d\"#e\"##, format!(\"x{}y{ k : ? }{{\\t{z}\", a.b), ",
        "\"h\".to_string() + &i + \"j\", concat!(\"l\", m), '\\'', \"\", \"n\r\no\");"
    );
    let facts = lower(source);
    let mut report = String::new();
    for (id, value) in facts.values() {
        let ValueKind::Text(text) = &value.kind else { continue };
        let _ = write!(report, "{}:", facts.range(id).of(source).escape_debug());
        for part in &text.parts {
            let (cooked, range) = match part {
                Part::Literal { text, range } => (format!("{text:?}"), *range),
                Part::Hole { value, range, .. } => (facts.range(*value).of(source).to_owned(), *range),
            };
            let at = facts.at(id.chunk, range);
            let _ = write!(report, " {cooked}={}", at.of(source).escape_debug());
        }
        report.push('\n');
    }
    let expected = r###"\"a\\n\\u{41}b\\\n   c\": "a"=a "\n"=\\n "A"=\\u{41} "b"=b ""=\\\n    "c"=c
br##\"d\"#e\"##: "d\"#e"=d\"#e
format!(\"x{}y{ k : ? }{{\\t{z}\", a.b): "x"=x a.b={} "y"=y k={ k : ? } "{"={{ "\t"=\\t z={z}
\"h\".to_string() + &i + \"j\": "h"=h &i=&i "j"=j
concat!(\"l\", m): "l"=l m=m
\'\\\'\': "'"=\\\'
\"\":
\"n\r\no\": "n"=n "\n"=\r\n "o"=o
"###;
    assert_eq!(report, expected);
}

#[test]
fn statement_ranges() {
    let source =
        "fn f() -> T { let a = b; g(a)?; a = 1; if c { return d; } h!(i); for j in k {} a += 1; loop { break } }";
    let facts = lower(source);
    let texts: Vec<&str> = facts.statements().map(|(id, _)| facts.range(id).of(source)).collect();
    let expected = [
        source,
        "let a = b;",
        "g(a)?;",
        "a = 1;",
        "return d;",
        "if c { return d; }",
        "h!(i);",
        "for j in k {}",
        "a += 1;",
        "break",
        "loop { break }",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn names_resolve() {
    let source = "use a::b; const C: u8 = 1;
fn f(p: u8) {
    let d = p; { let d = 2; d; } d; C; b;
    if let Some(d) = e { d } else { d }
    match d { Ok(g) if g => g, h => { h; g } };
    for i in i { i } let j = |p| p; while let Some(k) = k { k }
}
mod m { const C: u8 = 2; fn n() { C; f } }
lazy_static! { static ref KEY: Vec<String> = o(); } fn q() { KEY }
";
    let facts = lower(source);
    let mut report = String::new();
    for (id, value) in facts.values() {
        let ValueKind::Name(name) = &value.kind else { continue };
        let at = facts.range(id).start as usize;
        let line = source[..at].matches('\n').count() + 1;
        let stores = facts.stores_of(name, value.scope);
        let stores: Vec<&str> = stores.iter().map(|it| facts.range(*it).of(source)).collect();
        if !matches!(&**name, "u8" | "Vec" | "Ok") {
            let _ = writeln!(report, "{line} {name} -> {}", stores.join(" | "));
        }
    }
    let expected = "9 lazy_static! -> 
9 o -> 
3 p -> p
3 d -> let d = 2;
3 d -> let d = p;
3 C -> const C: u8 = 1;
3 b -> b
4 e -> 
4 d -> d
4 d -> let d = p;
5 d -> let d = p;
5 g -> g
5 g -> g
5 h -> h
5 g -> 
6 i -> 
6 i -> i
6 k -> 
6 k -> k
6 p -> p
8 C -> const C: u8 = 2;
8 f -> f
9 KEY -> KEY
";
    assert_eq!(report, expected);
}

#[test]
fn bindings_know_where_they_come_from() {
    let source = "fn f() { match g() { Err(e) => e, _ => h }; for x in xs {} if let Some(y) = z {} let (a, b) = c; }";
    let facts = lower(source);
    let mut report = String::new();
    for (id, store) in facts.stores() {
        let Some(value) = store.value else { continue };
        let kind = match store.kind {
            StoreKind::Element => "element",
            StoreKind::Binding => "binding",
            _ => "assigned",
        };
        let _ = writeln!(report, "{} {kind} {}", facts.range(id).of(source), facts.range(value).of(source));
    }
    assert_eq!(report, "e binding g()\nx element xs\ny binding z\na assigned c\nb assigned c\n");
}

#[test]
fn test_code_is_known() {
    let source = "fn a() {}\n#[cfg(test)]\nmod tests { #[test] fn b() {} }\n#[tokio::test]\nasync fn c() {}
#[cfg(all(test, unix))] fn d() {}\n#[cfg(any(test, unix))] fn e() {}\n#[cfg(not(test))] fn g() {}\n";
    let facts = lower(source);
    let texts: Vec<&str> = facts.test_ranges.iter().map(|it| it.of(source)).collect();
    let expected = [
        "#[cfg(test)]\nmod tests { #[test] fn b() {} }",
        "#[test] fn b() {}",
        "#[tokio::test]\nasync fn c() {}",
        "#[cfg(all(test, unix))] fn d() {}",
    ];
    assert_eq!(texts, expected);
}

/// Lowers generated code. The bound is loose, for slow machines: a quadratic step takes minutes.
fn hostile(text: &str) {
    let start = Instant::now();
    lower(text);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{} bytes took {took:?}: {text:.40}…", text.len());
}

#[test]
fn deep_and_long_code_is_lowered_in_linear_time() {
    const N: usize = 20_000;
    let in_function = |body: String| format!("fn f() {{ {body} }}");
    let nested =
        |open: &str, inner: &str, close: &str, n: usize| [open.repeat(n), inner.into(), close.repeat(n)].concat();
    hostile(&in_function(nested("(", "1", ")", 100_000)));
    hostile(&in_function(format!("x = \"a\".to_string(){};", " + &b".repeat(200_000))));
    hostile(&in_function(format!("x = a{};", ".b()".repeat(50_000))));
    let bodies = [
        "(".repeat(N),
        format!("x = 1{};", "+1".repeat(N)),
        format!("x = {};", nested("a + (", "\"x\"", ")", N)),
        format!("x = a{};", "::a".repeat(N)),
        format!("x = {}a;", "&".repeat(N)),
        format!("x = {}a;", "|a| ".repeat(N)),
        format!("a{} = 1;", ".b".repeat(N)),
        format!("f({});", "a,".repeat(N)),
        format!("return {}1", "return ".repeat(N)),
        "let a = b;".repeat(N),
        nested("{", "", "}", N),
        nested("loop {", "break 1;", "}", N),
        nested("match a { _ => ", "1", "}", N),
        format!("{}{{}}", "if a {} else ".repeat(N)),
        format!("if {} c {{}}", "let A = b && ".repeat(N)),
        format!("let {} = y;", nested("(", "x", ",)", N)),
        format!("match x {{ {} => 1 }}", nested("Some(", "x", ")", N)),
        format!("match x {{ {}_ => 1 }}", "A(x) | ".repeat(N)),
        format!("m!({});", nested("(", "1", ")", N)),
        format!("m!({}", "[".repeat(N)),
        format!("json!({});", nested("{\"a\":", "1", "}", N)),
        format!("m!({}1);", "a + ".repeat(N)),
        format!("m!({}1);", "- ".repeat(N)),
        format!("m!({}a);", "|a| ".repeat(N)),
        format!("m! {{ {} }}", "let a = b(1); ".repeat(N)),
        format!("m! {{ {} }}", "static a: ".repeat(N)),
        format!("m!({} 1);", "a < ".repeat(N)),
        format!("format!(\"{}\", {});", "{}".repeat(N), "a,".repeat(N)),
        format!("format!(\"{}\");", "{ ".repeat(N)),
        "foo(a,,b);".repeat(N / 10),
        "let = ;".repeat(N / 10),
        "fn f() {".repeat(N / 10),
    ];
    bodies.into_iter().for_each(|it| hostile(&in_function(it)));
    hostile(&format!("use {};", nested("a::{", "b", "}", N)));
    hostile(&nested("mod a {", "", "}", N));
    hostile(&format!("{}fn f() {{}}", "#[a(b)] ".repeat(N)));
    hostile(&format!("fn f(x: {}) {{}}", nested("Option<", "u8", ">", N)));
    hostile(&format!("const A: &str = \"{}\";", "\\n".repeat(N)));
}
