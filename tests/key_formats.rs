//! Every kind of key of the catalogue, written in every way, is found; what only looks like it is not.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use keylint::catalog::keys::{Confidence, KeyClass};
use keylint::catalog::{Catalog, Date, KeyKind, sample};
use keylint::language::Language;
use keylint::linter::{Options, lint};
use keylint::project::Project;
use keylint::source::Source;

/// Ways to write a key: the file, and the text with `@NAME`, `@name`, `@camel` and `@KEY`.
const STYLES: &[(&str, &str)] = &[
    ("a.py", "@NAME = \"@KEY\"\n"),
    ("a.py", "@name = '@KEY'\n"),
    ("a.py", "import os\nos.environ[\"@NAME\"] = \"@KEY\"\n"),
    ("a.py", "settings = {\"debug\": True, \"@name\": \"@KEY\"}\n"),
    ("a.py", "run(model, @name=\"@KEY\")\n"),
    ("a.py", "def run(prompt, @name=\"@KEY\"):\n    return prompt\n"),
    ("a.py", "class Settings:\n    @name: str = \"@KEY\"\n"),
    ("a.py", "import os\nname = os.getenv(\"@NAME\", \"@KEY\")\n"),
    ("a.js", "const @camel = \"@KEY\";\n"),
    ("a.js", "process.env.@NAME = '@KEY';\n"),
    ("a.js", "export const config = { @camel: `@KEY` };\n"),
    ("a.js", "const @camel = process.env.@NAME || \"@KEY\";\n"),
    ("a.ts", "export class Settings {\n  private readonly @camel: string = \"@KEY\";\n}\n"),
    ("a.tsx", "export const Chat = ({ @camel = \"@KEY\" }: Props) => <Box @camel={@camel} />;\n"),
    ("a.rs", "const @NAME: &str = \"@KEY\";\n"),
    ("a.rs", "fn settings() -> Settings {\n    Settings { @name: \"@KEY\".to_string() }\n}\n"),
    ("a.rs", "fn @name() -> String {\n    std::env::var(\"@NAME\").unwrap_or_else(|_| \"@KEY\".into())\n}\n"),
    ("a.rs", "fn set(map: &mut Map) {\n    map.insert(\"@name\", \"@KEY\");\n}\n"),
    (".env.example", "PORT=8080\n@NAME=@KEY\n"),
    (".env.example", "export @NAME=\"@KEY\"\n"),
];

/// Ways in which nothing but the shape tells.
const BARE: &[(&str, &str)] = &[
    ("a.py", "print(\"@KEY\")\n"),
    ("a.py", "# old: @KEY\nx = 1\n"),
    ("a.py", "run(\"curl -H 'Authorization: Bearer @KEY' https://api.example.com\")\n"),
    ("a.py", "x = \"@HEAD\" + \"@TAIL\"\n"),
    ("a.js", "const x = \"@HEAD\" + \"@TAIL\";\n"),
    ("a.js", "/* @KEY */\nrun();\n"),
    ("a.jsx", "const x = <code>@KEY</code>;\n"),
    ("a.rs", "fn main() {\n    // @KEY\n    run(\"@KEY\");\n}\n"),
];

#[test]
fn every_format_is_found_in_every_style() {
    let mut missed = String::new();
    for kind in kinds() {
        let name = name(kind);
        for seed in 0..3 {
            let key = sample::key(&kind.slug, seed).unwrap();
            for (path, style) in STYLES {
                let text = spoken_of(path, fill(style, &name, &key), &name);
                if !is_found(path, &text, &key) {
                    writeln!(missed, "{} ({seed}) in {path}: {}", kind.slug, style.trim()).unwrap();
                }
            }
            let begins = kind.beginnings().next().is_some() || !kind.marker.is_empty();
            let alone = kind.stands_alone() && !kind.elsewhere && begins;
            for (path, style) in BARE.iter().filter(|_| alone) {
                let text = fill(style, &name, &key);
                let text = if style.contains("@HEAD") { spoken_of(path, text, &name) } else { text };
                let whole = if style.contains("@HEAD") { "" } else { key.as_str() };
                if !is_found(path, &text, whole) {
                    writeln!(missed, "{} ({seed}) in {path}: {}", kind.slug, style.trim()).unwrap();
                }
            }
        }
    }
    assert!(missed.is_empty(), "not found:\n{missed}");
}

#[test]
fn what_only_looks_like_a_key_is_left_alone() {
    let mut alarms = String::new();
    for kind in kinds() {
        let name = name(kind);
        let key = sample::key(&kind.slug, 7).unwrap();
        let body = key.len().min(12);
        let masked = format!("{}…{}", &key[..body.min(8)], &key[key.len() - 4..]);
        let run = format!("{}{}", kind.prefix, "x".repeat(40));
        let words = format!("{}your-key-goes-here", kind.prefix);
        for text in [masked, run, words, kind.prefix.clone(), format!("{}{}", "${", "}")] {
            for (path, style) in STYLES.iter().filter(|(path, _)| !path.contains(".env")) {
                let text = fill(style, &name, &text);
                if let Some(rule) = leak(path, &text) {
                    writeln!(alarms, "{}: {rule} in {path}: {}", kind.slug, text.trim()).unwrap();
                }
            }
        }
        // Without the provider's name a shape that says little says nothing.
        if kind.needs_context || kind.confidence == Confidence::Low {
            for style in ["CHECKSUM = \"@KEY\"\n", "etag = {\"id\": \"@KEY\"}\n", "session_id = '@KEY'\n"] {
                if let Some(rule) = leak("a.py", &fill(style, "x", &key)) {
                    writeln!(alarms, "{}: {rule} in {}", kind.slug, style.trim()).unwrap();
                }
            }
        }
    }
    assert!(alarms.is_empty(), "false alarms:\n{alarms}");
}

/// The text with the variable's name in a comment: a document that speaks of no provider at all is not parsed.
fn spoken_of(path: &str, text: String, name: &str) -> String {
    let comment = if path.ends_with(".py") || path.starts_with(".env") { "#" } else { "//" };
    format!("{text}{comment} see {name}\n")
}

/// The kinds that are secret; servers on one's own machine take anything.
fn kinds() -> impl Iterator<Item = &'static KeyKind> {
    let is_local = |it: &KeyKind| Catalog::embedded().provider(&it.provider).is_some_and(|it| it.local);
    let secret = move |it: &&KeyKind| !matches!(it.class, KeyClass::Public | KeyClass::Ephemeral) && !is_local(it);
    Catalog::embedded().key_kinds().all().iter().filter(secret)
}

/// The variable that holds a key of this kind; the longest says most.
fn name(kind: &KeyKind) -> String {
    let provider = Catalog::embedded().provider(&kind.provider);
    let own = provider.and_then(|it| it.key_variable()).map(str::to_owned);
    kind.env
        .iter()
        .max_by_key(|it| it.len())
        .cloned()
        .or(own)
        .unwrap_or_else(|| format!("{}_API_KEY", kind.provider.to_uppercase()))
}

fn fill(style: &str, name: &str, key: &str) -> String {
    let lower = name.to_lowercase();
    let camel = lower.split('_').enumerate().fold(String::new(), |mut camel, (at, word)| {
        match at {
            0 => camel.push_str(word),
            _ => camel.push_str(&format!("{}{}", word[..1].to_uppercase(), &word[1..])),
        }
        camel
    });
    let (head, tail) = key.split_at(key.len() / 2);
    let text = style.replace("@camel", &camel).replace("@NAME", name).replace("@name", &lower);
    text.replace("@HEAD", head).replace("@TAIL", tail).replace("@KEY", key)
}

/// Whether a rule says that `key` stands in the text; any key if it is empty.
fn is_found(path: &str, text: &str, key: &str) -> bool {
    findings(path, text).iter().any(|(rule, found)| LEAKS.contains(&rule.as_str()) && (key.is_empty() || found == key))
}

/// The rule that says that there is a key.
fn leak(path: &str, text: &str) -> Option<String> {
    findings(path, text).into_iter().map(|it| it.0).find(|it| LEAKS.contains(&it.as_str()))
}

const LEAKS: &[&str] = &["hardcoded-key", "key-fallback-literal", "real-key-in-example"];

fn findings(path: &str, text: &str) -> Vec<(String, String)> {
    let language = Language::of_path(std::path::Path::new(path)).unwrap();
    let source = Source::new(format!("app/{path}"), language, text);
    let options = Options::on(Date::parse("2026-11-23").unwrap());
    let judged = lint(&source, &options, Catalog::embedded(), &Project::unknown());
    judged.findings.iter().map(|it| (it.rule.to_owned(), it.range.of(text).to_owned())).collect()
}
