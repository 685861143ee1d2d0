use super::*;

/// The day of all tests.
pub(super) fn today() -> Date {
    Date::parse("2026-11-23").expect("a valid date")
}

fn messages(path: &str, text: &str, change: impl FnOnce(&mut Options)) -> Vec<String> {
    let language = Language::of_path(std::path::Path::new(path)).expect("a path of a known language");
    let mut options = Options::on(today());
    change(&mut options);
    let source = Source::new(path, language, text);
    let judgement = lint(&source, &options, Catalog::embedded(), &Project::unknown());
    judgement.findings.iter().map(|it| format!("{} {} {}", it.rule, it.severity.as_str(), it.range.of(text))).collect()
}

#[test]
fn unused_ignores_are_found_unless_the_rule_does_not_run() {
    let text = "K=1 # keylint: ignore[unused-ignore, no-such-rule]\n# keylint: ignore\nB=1";
    let all = ["unused-ignore warning no-such-rule", "unused-ignore warning keylint: ignore"];
    assert_eq!(messages(".env", text, |_| {}), all);
    assert!(messages(".env", text, |it| it.ignore.push("unused-ignore".to_owned())).is_empty());
    assert!(messages(".env", text, |it| it.size_cap = 10).is_empty(), "judged only in part");
    assert!(messages("node_modules/x/.env", text, |_| {}).is_empty(), "not the author's");
}

#[test]
fn keys_are_known_whatever_the_findings_are_about() {
    let key = "q7Xw2LmZ9kRt4VbN8sHd";
    let code = format!(
        "from openai import OpenAI\nOpenAI(api_key=\"{key}\")  # keylint: ignore\nx = \"{key}\"  # keylint: ignore\n"
    );
    for (path, text, want) in [
        (".env", "A_PASSWORD=hunter2hunter2 # keylint: ignore", "hunter2hunter2"),
        (".env", "A_KEY='q7Xw2LmZ9kRt' # keylint: ignore", "q7Xw2LmZ9kRt"),
        (".env", "A_KEY='Bearer  q7Xw2LmZ9kRt ' # keylint: ignore", "q7Xw2LmZ9kRt"),
        (".env", "A_KEY=your-api-key # keylint: ignore", ""),
        (".env", "MODEL=gpt-something # keylint: ignore", ""),
        ("a.py", &code, &format!("{key} {key}")),
    ] {
        let language = Language::of_path(std::path::Path::new(path)).expect("a path of a known language");
        let source = Source::new(path, language, text);
        let judgement = lint(&source, &Options::on(today()), Catalog::embedded(), &Project::unknown());
        assert!(!judgement.findings.is_empty(), "{text}");
        let secrets: Vec<&str> = judgement.secrets.iter().map(|it| it.of(text)).collect();
        assert_eq!(secrets.join(" "), want, "{text}");
    }
}
