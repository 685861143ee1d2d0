//! `keylint rules`: lists the rules, or explains one.

use anyhow::bail;
use serde::Serialize;

use super::args::{RulesArguments, RulesFormat};
use super::{Exit, output};
use crate::linter::check_selectors;
use crate::rules::{REGISTRY, Rule, find};

#[derive(Serialize)]
struct Described {
    name: &'static str,
    family: &'static str,
    severity: &'static str,
    default: bool,
    summary: String,
    url: String,
    documentation: String,
}

impl From<&Rule> for Described {
    fn from(rule: &Rule) -> Self {
        Self {
            name: rule.name,
            family: rule.family,
            severity: rule.severity.as_str(),
            default: !rule.pedantic,
            summary: rule.summary().to_owned(),
            url: rule.url(),
            documentation: rule.documentation(),
        }
    }
}

pub(super) fn run(arguments: &RulesArguments) -> anyhow::Result<Exit> {
    let rules: Vec<&Rule> = match &arguments.name {
        None => REGISTRY.iter().collect(),
        Some(name) => match find(name) {
            Some(rule) => vec![rule],
            None => bail!("{}", unknown(name)),
        },
    };
    let text = match (arguments.format, &arguments.name) {
        (RulesFormat::Json, _) => {
            let described: Vec<Described> = rules.into_iter().map(Described::from).collect();
            serde_json::to_string_pretty(&described)? + "\n"
        }
        (RulesFormat::Text, Some(_)) => rules.into_iter().map(explain).collect(),
        (RulesFormat::Text, None) => list(&rules),
    };
    output::write(None, text.as_bytes())?;
    Ok(Exit::Clean)
}

fn explain(rule: &Rule) -> String {
    let default = if rule.pedantic { ", only with --pedantic" } else { "" };
    let head = format!("# {} ({}, {}{default})", rule.name, rule.family, rule.severity.as_str());
    format!("{head}\n\n{}\n", rule.documentation())
}

fn list(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|it| it.name.len()).max().unwrap_or(0);
    let line = |it: &&Rule| {
        let mark = if it.pedantic { " (pedantic)" } else { "" };
        format!("{:<width$}  {:<7}  {}{mark}\n", it.name, it.severity.as_str(), it.summary())
    };
    rules.iter().map(line).collect()
}

fn unknown(name: &str) -> String {
    let nearest = check_selectors([&name.to_owned()]).err().and_then(|it| it.nearest);
    let hint = nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
    format!("there is no rule `{name}`{hint}")
}
