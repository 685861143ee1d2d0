//! Snippets and their graphs.

use crate::facts::FunctionId;
use crate::facts::graph::Graph;
use crate::language::Language;
use crate::syntax::Syntax;

/// What a snippet shows, its language, the snippet, and the graph of its first function.
const GRAPHS: &[(&str, Language, &str, &str)] = &[
    (
        "a loop's else runs unless it is left",
        Language::Python,
        r#"
def f(xs):
    for x in xs:
        if x:
            break
    else:
        g()
    return h()
"#,
        r#"
0 entry -> 1
1 loop -> true 2, false 5
2 test -> true 3, false 4
3 break -> 6
4 next -> back 1
5 call g -> raise escape, 6
6 call h -> raise escape, 7
7 return -> exit
"#,
    ),
    (
        "finally stands once for each way through it",
        Language::Python,
        r#"
def f():
    try:
        return g()
    except KeyError:
        h()
    finally:
        i()
    j()
"#,
        r#"
0 entry -> 1
1 call g -> 2, raise 4, raise 7
2 return -> 3
3 call i -> raise escape, exit
4 handler -> 5
5 call h -> 6, raise 7
6 call i -> raise escape, 8
7 call i -> raise escape, escape
8 call j -> raise escape, exit
"#,
    ),
    (
        "a handler that raises again, else",
        Language::Python,
        r#"
def f():
    with open(p) as file:
        try:
            read(file)
        except:
            raise
        else:
            done()
"#,
        r#"
0 entry -> 1
1 call open -> raise escape, 2
2 call read -> 3, raise 4
3 call done -> raise escape, exit
4 handler -> 5
5 raise -> raise escape
"#,
    ),
    (
        "labels",
        Language::TypeScript,
        r#"
function f() {
  outer: for (let i = 0; i < 3; i++) {
    while (true) {
      if (g()) continue outer;
      if (h()) break outer;
    }
  }
}
"#,
        r#"
0 entry -> 1
1 store i -> 2
2 loop -> 3
3 test -> true 4, false exit
4 loop -> 5
5 call g -> raise escape, 6
6 test -> true 7, false 8
7 continue -> 12
8 call h -> raise escape, 9
9 test -> true 10, false 11
10 break -> exit
11 next -> back 4
12 store i -> 13
13 next -> back 2
"#,
    ),
    (
        "promise chains run their callbacks in place",
        Language::TypeScript,
        r#"
function f() {
  return g().then((x) => h(x)).catch(() => i()).finally(() => j());
}
"#,
        r#"
0 entry -> 1
1 call g -> 2, raise 5
2 callback -> 3
3 call h -> 4, raise 5
4 return -> 9
5 handler -> 6
6 callback -> 7
7 call i -> 8, raise 12
8 return -> 9
9 callback -> 10
10 call j -> raise escape, 11
11 return -> 15
12 callback -> 13
13 call j -> raise escape, 14
14 return -> escape
15 return -> exit
"#,
    ),
    (
        "do … while asks last",
        Language::TypeScript,
        r#"
async function f() {
  do {
    await g();
  } while (h());
}
"#,
        r#"
0 entry -> 1
1 loop -> 2
2 call g -> raise escape, 3
3 call h -> raise escape, 4
4 test -> true 5, false exit
5 next -> back 1
"#,
    ),
    (
        "a switch falls through",
        Language::TypeScript,
        r#"
function f(x) {
  switch (x) {
    case 1:
      a();
    case 2:
      b();
      break;
    default:
      c();
  }
  d();
}
"#,
        r#"
0 entry -> 1
1 pattern -> true 2, true 3, true 4
2 call a -> raise escape, 3
3 call b -> raise escape, 5
4 call c -> raise escape, 5
5 call d -> raise escape, exit
"#,
    ),
    (
        "what may not run is behind a test",
        Language::TypeScript,
        r#"
function f() {
  return a() && b() ? c() : (d() ?? e());
}
"#,
        r#"
0 entry -> 1
1 call a -> raise escape, 2
2 test -> true 3, false 4
3 call b -> raise escape, 4
4 test -> true 5, false 6
5 call c -> raise escape, 9
6 call d -> raise escape, 7
7 test -> false 8, true 9
8 call e -> raise escape, 9
9 return -> exit
"#,
    ),
    (
        "a failure is an edge of the call whose result is taken apart",
        Language::Rust,
        r#"
async fn f() -> Result<u8, E> {
    loop {
        match g().await {
            Ok(x) => break Ok(x),
            Err(e) if h(&e) => i(),
            Err(e) => return Err(e),
        }
    }
}
"#,
        r#"
0 entry -> 1
1 loop -> 2
2 call g -> 3, raise 5, raise 9
3 call Ok -> 4
4 break -> 13
5 handler -> 6
6 call h -> 7
7 test -> true 8, false 9
8 call i -> 12
9 handler -> 10
10 call Err -> 11
11 return -> exit
12 next -> back 1
13 return -> exit
"#,
    ),
    (
        "let … else, ? and if let",
        Language::Rust,
        r#"
fn f() -> Option<u8> {
    for _ in 0..3 {
        let Ok(x) = g() else { continue };
        h(x)?;
        if let Err(e) = i() { j(e); }
    }
    None
}
"#,
        r#"
0 entry -> 1
1 loop -> true 2, false 11
2 call g -> raise 3, 5
3 handler -> 4
4 continue -> 10
5 store x -> 6
6 call h -> raise escape, 7
7 call i -> raise 8, 10
8 handler -> 9
9 call j -> 10
10 next -> back 1
11 return -> exit
"#,
    ),
];

#[test]
fn graphs() {
    for (shows, language, snippet, want) in GRAPHS {
        let syntax = Syntax::parse(*language, snippet, None, std::time::Duration::from_secs(5));
        let facts = syntax.expect("a snippet parses in no time").lower(snippet);
        let graph = Graph::of(&facts, FunctionId(1)).expect("a snippet is not nested deeply");
        assert_eq!(graph.dump(&facts).trim(), want.trim(), "{shows}:{snippet}");
    }
}

/// What is nested too deeply is not followed, and does not overflow the stack.
#[test]
fn depth_is_bounded() {
    let deep = |n: usize| format!("function f() {{ {} g(); {} }}", "if (x) {".repeat(n), "}".repeat(n));
    for (depth, followed) in [(20, true), (200, false), (5_000, false)] {
        let text = deep(depth);
        let syntax = Syntax::parse(Language::JavaScript, &text, None, std::time::Duration::from_secs(5));
        let facts = syntax.expect("a snippet parses in no time").lower(&text);
        assert_eq!(Graph::of(&facts, FunctionId(1)).is_some(), followed, "{depth}");
    }
}
