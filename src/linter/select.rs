//! Which rules run.

use super::Options;
use crate::rules::{REGISTRY, Rule};

/// The rules that run.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Whether each rule of the registry runs.
    runs: Vec<bool>,
}

/// A name that is neither a rule nor a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSelector {
    /// The name.
    pub name: String,
    /// The nearest name that is one.
    pub nearest: Option<&'static str>,
}

impl Selection {
    /// What the options select. A rule's name is stronger than its family's, and that is stronger than `all`; between
    /// equals, `ignore` is.
    pub fn new(options: &Options) -> Self {
        Self { runs: REGISTRY.iter().map(|it| runs(it, options)).collect() }
    }

    /// Whether a rule runs.
    pub fn holds(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A rule, if it runs.
    pub fn get(&self, name: &str) -> Option<&'static Rule> {
        let at = REGISTRY.iter().position(|it| it.name == name)?;
        self.runs[at].then(|| &REGISTRY[at])
    }
}

fn runs(rule: &Rule, options: &Options) -> bool {
    let by_default = options.select.is_empty() && (options.pedantic || !rule.pedantic);
    let selected = strength(rule, options.select.iter().chain(&options.extend_select));
    let ignored = strength(rule, options.ignore.iter());
    match (selected, ignored) {
        (0, 0) => by_default,
        _ => selected > ignored,
    }
}

/// How closely the closest of the names means the rule: 3 by its name, 2 by its family, 1 by `all`, 0 not at all.
fn strength<'a>(rule: &Rule, names: impl Iterator<Item = &'a String>) -> u8 {
    names
        .map(|it| match it.as_str() {
            name if name == rule.name => 3,
            name if name == rule.family => 2,
            "all" => 1,
            _ => 0,
        })
        .max()
        .unwrap_or(0)
}

/// Whether a name means a rule: its own, its family's, or `all`.
pub(super) fn means(name: &str, rule: &str) -> bool {
    name == rule || name == "all" || REGISTRY.iter().any(|it| it.name == rule && it.family == name)
}

/// Whether a name is a rule, a family or `all`.
///
/// # Errors
/// [`UnknownSelector`] if it is none, with the nearest that is.
pub fn check_selectors<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<(), UnknownSelector> {
    let known = || REGISTRY.iter().flat_map(|it| [it.name, it.family]).chain(["all"]);
    match names.into_iter().find(|name| !known().any(|it| it == name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let distance = |it: &&str| strsim::osa_distance(it, name);
            let nearest = known().min_by_key(distance).filter(|it| distance(it) <= name.len() / 3 + 1);
            Err(UnknownSelector { name: name.clone(), nearest })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::suppressions::unused_ignore::NAME;

    #[test]
    fn the_closest_name_decides() {
        for (select, extend, ignore, want) in [
            (&[][..], &[][..], &[][..], true),
            (&[], &[], &["all"], false),
            (&[], &[], &["suppressions"], false),
            (&["all"], &[], &["suppressions"], false),
            (&["suppressions"], &[], &["all"], true),
            (&["suppressions"], &[], &[NAME], false),
            (&[NAME], &[], &["suppressions"], true),
            (&["keys"], &[], &[], false),
            (&["keys"], &["suppressions"], &[], true),
            (&["all"], &[], &["all"], false),
        ] {
            let own = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
            let mut options = Options::on(super::super::tests::today());
            (options.select, options.extend_select, options.ignore) = (own(select), own(extend), own(ignore));
            assert_eq!(Selection::new(&options).holds(NAME), want, "{select:?} {extend:?} {ignore:?}");
        }
    }

    #[test]
    fn unknown_names_are_told() {
        let check = |name: &str| check_selectors([&name.to_owned()]).err().map(|it| it.nearest);
        assert_eq!(check("all"), None);
        assert_eq!(check(NAME), None);
        assert_eq!(check("unused-ignores"), Some(Some(NAME)));
        assert_eq!(check("zzz"), Some(None));
    }
}
