//! The built program, as a user runs it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod mending;
mod survival;
mod tree;

use keylint::catalog::sample;
use tree::Tree;

/// A key that is none.
pub(crate) fn key() -> String {
    sample::key("openai-project-key", 7).unwrap()
}

/// A file that holds a key.
pub(crate) fn leaky() -> String {
    format!("from openai import OpenAI\n\nclient = OpenAI(api_key=\"{}\")\n", key())
}

/// A line with a comment that hides nothing: a warning in any file.
const IDLE: &str = "A=1 # keylint: ignore\n";

#[test]
fn exit_codes() {
    let tree = Tree::new(&[("clean/a.py", "x = 1\n"), ("warn/.env", IDLE), ("error/a.py", &leaky())]);
    for (arguments, code, said) in [
        ("check clean", 0, "Nothing found in 1 file"),
        ("check clean --quiet", 0, ""),
        ("check warn", 1, "Found 1 warning in 1 file"),
        ("check warn --fail-on error", 0, "Found 1 warning in 1 file"),
        ("check warn --ignore suppressions", 0, "Nothing found in 1 file"),
        ("check warn error --select keys", 1, "Found 1 error in 2 files"),
        ("check error --fail-on never", 0, "Found 1 error in 1 file"),
        ("check none.py", 3, "none.py: not judged in full: no such file or directory"),
        ("check none.py warn", 1, "1 file could not be judged in full"),
        ("check warn none.py --fail-on never", 3, "1 file could not be judged in full"),
        ("check --select no-such-rule", 2, "`no-such-rule` is no rule and no family of rules"),
        ("check --select hardcoded-keys", 2, "did you mean `hardcoded-key`?"),
        ("check --today yesterday", 2, "expected a date such as 2026-11-23"),
        ("check --format xml", 2, "[possible values: full, concise, json]"),
        ("check --fix --diff", 2, "cannot be used with"),
        ("check -", 2, "`-` needs --stdin-filename"),
        ("check - --stdin-filename a.txt", 2, "not a kind of file that keylint reads"),
        ("check clean --output missing/out.txt", 2, "cannot write missing/out.txt: no such file or directory"),
        ("", 2, "Usage: keylint <COMMAND>"),
        ("--version", 0, "keylint "),
        ("check --help", 0, "Exit code: 0"),
        ("rules hardcoded-key", 0, "# hardcoded-key (keys, error)"),
        ("rules hardcoded", 2, "there is no rule `hardcoded`"),
    ] {
        let ran = tree.run(arguments);
        let all = [ran.stdout.as_str(), ran.stderr.as_str()].concat();
        assert_eq!(ran.code, code, "{arguments}\n{all}");
        assert!(all.contains(said), "{arguments}\n{all}");
    }
}

#[test]
fn standard_input() {
    let tree = Tree::new(&[]);
    for (arguments, code) in [
        ("check - --stdin-filename src/a.py", 1),
        ("check - --stdin-filename tests/a.py --fail-on error", 0),
        ("check - --stdin-filename node_modules/a.py", 0),
    ] {
        let ran = tree.run_with(arguments, &leaky());
        assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
    }
    let ran = tree.run_with("check - --stdin-filename src/a.py --format concise --quiet", &leaky());
    assert!(ran.stdout.starts_with("src/a.py:3:26: error[hardcoded-key] "), "{}", ran.stdout);
}

#[test]
fn the_json_contract() {
    let tree = Tree::new(&[("app/a.py", &leaky()), ("app/.env", IDLE)]);
    let ran = tree.run("check none.py app --format json --today 2026-11-23");
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["tool"]["name"], "keylint");
    assert_eq!(document["summary"], serde_json::json!({ "files": 2, "errors": 1, "warnings": 1, "infos": 0 }));
    assert_eq!(
        document["failures"],
        serde_json::json!([{ "path": "none.py", "message": "no such file or directory" }])
    );
    let findings = document["findings"].as_array().unwrap();
    let places: Vec<String> =
        findings.iter().map(|it| format!("{} {} {}", it["path"], it["start"], it["rule"])).collect();
    assert_eq!(
        places,
        [r#""app/.env" {"column":7,"line":1} "unused-ignore""#, r#""app/a.py" {"column":26,"line":3} "hardcoded-key""#,]
    );
    let edits = findings[1]["fixes"][0]["edits"].as_array().unwrap();
    let edit = |path: &str| edits.iter().find(|it| it["path"] == path).unwrap();
    assert_eq!(edit("app/a.py")["masked"], serde_json::Value::Null);
    assert_eq!(edit(".env")["masked"], true);
    assert_eq!(edit(".env")["create"], true);
    assert_eq!(edit(".gitignore")["text"], ".env\n");
}

#[test]
fn output_goes_to_a_file() {
    let tree = Tree::new(&[("a.py", &leaky())]);
    let ran = tree.run("check --format json --output report.json");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", ""));
    assert!(tree.get("report.json").contains("hardcoded-key"));
}

#[test]
fn statistics() {
    let tree = Tree::new(&[("a.py", &leaky()), ("b.py", &leaky()), (".env", IDLE)]);
    assert_eq!(tree.run("check --statistics").stdout, "2  hardcoded-key\n1  unused-ignore\n");
}

#[test]
fn the_rules_are_listed() {
    let tree = Tree::new(&[]);
    let all: serde_json::Value = serde_json::from_str(&tree.run("rules --format json").stdout).unwrap();
    let listed = tree.run("rules").stdout;
    for rule in all.as_array().unwrap() {
        let (name, summary) = (rule["name"].as_str().unwrap(), rule["summary"].as_str().unwrap());
        assert!(listed.contains(name) && summary.len() > 10, "{name}: {summary}");
        assert!(tree.run(&format!("rules {name}")).stdout.contains(summary), "{name}");
    }
}
