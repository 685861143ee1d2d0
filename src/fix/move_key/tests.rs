//! What each fix of a key makes of a line.

use crate::catalog::{Catalog, Date, sample};
use crate::fix::{Fix, Need, Replacement};
use crate::language::Language;
use crate::linter::{Options, lint};
use crate::project::Project;
use crate::source::Source;

/// The document after a fix, its variable's name unchanged.
fn applied(text: &str, fix: &Fix) -> String {
    let name = fix.needs.iter().find_map(|it| match it {
        Need::Environment { name, .. } => Some(name.as_str()),
        _ => None,
    });
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    edits.iter().rev().fold(text.to_owned(), |text, edit| {
        let new = match &edit.text {
            Replacement::Text(new) => new.clone(),
            Replacement::EnvironmentName { before, after } => {
                format!("{before}{}{after}", name.expect("it needs a variable"))
            }
        };
        format!("{}{new}{}", &text[..edit.range.start as usize], &text[edit.range.end as usize..])
    })
}

/// The last line after each fix of the first finding that has one.
fn mended(path: &str, code: &str) -> Vec<String> {
    let key = sample::key("openai-project-key", 1).expect("the kind is known");
    let text = code.replace("KEY", &key);
    let language = Language::of_path(std::path::Path::new(path)).expect("a known extension");
    let source = Source::new(path, language, text.as_str());
    let options = Options::on(Date::parse("2026-11-23").expect("a date"));
    let judged = lint(&source, &options, Catalog::embedded(), &Project::unknown());
    let ours = ["hardcoded-key", "key-fallback-literal"];
    let finding = judged.findings.iter().find(|it| ours.contains(&it.rule)).expect("there is a key");
    let shown = |fix: &Fix| applied(&text, fix).replace(&key, "KEY").trim_end().lines().last().unwrap_or("").to_owned();
    finding.fixes.iter().map(shown).collect()
}

#[test]
fn a_read_takes_the_place_of_a_key() {
    let python = "from openai import OpenAI\n";
    let javascript = "import OpenAI from 'openai';\n";
    let rust = "use async_openai::config::OpenAIConfig;\n";
    for (path, head, line, want) in [
        ("a.py", python, "x = 'KEY'", vec!["x = os.environ['OPENAI_API_KEY']"]),
        ("a.py", python, "x = b\"KEY\"", vec![]),
        ("a.py", python, "x = {\"KEY\": 1}", vec![]),
        ("a.py", python, "x = f\"{n} KEY\"", vec![]),
        ("a.py", python, "x = \"curl -H 'Authorization: Bearer KEY'\"", vec![]),
        ("a.py", python, "x = \"Bearer KEY\"", vec!["x = f\"Bearer {os.environ['OPENAI_API_KEY']}\""]),
        ("a.py", python, "x = \"Bearer \" + 'KEY'", vec!["x = f'Bearer {os.environ[\"OPENAI_API_KEY\"]}'"]),
        (
            "a.py",
            python,
            "c = OpenAI(api_key=\"KEY\", timeout=9)",
            vec!["c = OpenAI(api_key=os.environ[\"OPENAI_API_KEY\"], timeout=9)", "c = OpenAI(timeout=9)"],
        ),
        (
            "a.py",
            python,
            "c = OpenAI(base_url=URL, api_key=\"KEY\")",
            vec!["c = OpenAI(base_url=URL, api_key=os.environ[\"OPENAI_API_KEY\"])"],
        ),
        ("a.py", python, "x = os.getenv(\"A_KEY\".replace(\"A\", \"B\"), \"KEY\")", vec![]),
        ("a.js", javascript, "f({ \"KEY\": 1 });", vec![]),
        ("a.js", javascript, "const x = `Bearer KEY`;", vec!["const x = `Bearer ${process.env.OPENAI_API_KEY}`;"]),
        (
            "a.jsx",
            javascript,
            "const x = <Chat apiKey=\"KEY\" />;",
            vec!["const x = <Chat apiKey={process.env.OPENAI_API_KEY} />;"],
        ),
        ("a.ts", javascript, "const x = \"KEY\" as const;", vec!["const x = process.env.OPENAI_API_KEY!;"]),
        ("a.ts", javascript, "enum Keys { A = \"KEY\" }", vec![]),
        (
            "a.ts",
            javascript,
            "const c = new OpenAI({ apiKey: 'KEY' });",
            vec!["const c = new OpenAI({ apiKey: process.env.OPENAI_API_KEY! });", "const c = new OpenAI({});"],
        ),
        ("a.rs", rust, "const X: &str = \"KEY\";", vec![]),
        (
            "a.rs",
            rust,
            "fn f() { let x = \"KEY\"; }",
            vec!["fn f() { let x = &*std::env::var(\"OPENAI_API_KEY\").expect(\"OPENAI_API_KEY is not set\"); }"],
        ),
        (
            "a.rs",
            rust,
            "fn f() { g(\"KEY\", 1); }",
            vec!["fn f() { g(std::env::var(\"OPENAI_API_KEY\").expect(\"OPENAI_API_KEY is not set\").as_str(), 1); }"],
        ),
        (
            "a.rs",
            rust,
            "fn f() -> S { S { k: \"KEY\".into() } }",
            vec![
                "fn f() -> S { S { k: std::env::var(\"OPENAI_API_KEY\").expect(\"OPENAI_API_KEY is not set\").into() } }",
            ],
        ),
        ("a.rs", rust, "fn f() -> S { S { k: \"KEY\" } }", vec![]),
        ("a.rs", rust, "fn f() { println!(\"KEY\"); }", vec![]),
    ] {
        assert_eq!(mended(path, &format!("{head}{line}\n")), want, "{path}: {line}");
    }
}
