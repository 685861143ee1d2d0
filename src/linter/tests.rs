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
