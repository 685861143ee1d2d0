//! Whether a value is a key, and whose.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::{Provider, is_placeholder};
use crate::facts::{Root, ValueId, ValueKind};
use crate::usage::Usage;
use crate::usage::resolve::Origin;

/// What a value that goes into an authentication header is.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    /// The provider that the key's variable or shape names.
    pub provider: Option<&'a Provider>,
    /// Named so, by variable or shape, as an API key (not an OAuth or Entra token).
    pub is_api_key: bool,
}

/// Names of variables that hold a key or token.
static KEY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(api[_-]?key|apikey|secret([_-]?key)?|(^|[_-])key|[a-z]Key|[a-z]KEY|(^|[_-])token|Token|_pat)$")
        .expect("well formed")
});

/// Names whose value holds the scheme already, or is no key.
static NO_KEY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(bearer|authoriz|auth[_-]?header|header|scheme|public|csrf|xsrf|oauth|access[_-]?token|id[_-]?token|refresh|jwt|session|entra|ad[_-]?token)")
        .expect("well formed")
});

impl<'a> Usage<'a> {
    /// The key that a value is, if it is certainly the key alone: an environment variable, a literal, a parameter or
    /// member named so. A value that a call gives may hold a scheme already and is none.
    pub fn credential(&self, value: ValueId) -> Option<Credential<'a>> {
        let resolver = self.resolver();
        let facts = self.facts();
        let own_name = self.name_of(value);
        if own_name.is_some_and(|it| NO_KEY_NAME.is_match(it)) {
            return None;
        }
        let origins = resolver.origins(value);
        if origins.all.is_empty() {
            return own_name.filter(|it| KEY_NAME.is_match(it)).map(|it| self.named(it));
        }
        let mut res = None;
        for origin in &origins.all {
            let found = match origin {
                Origin::Value(value) if matches!(facts[*value].kind, ValueKind::Null) => continue,
                Origin::Value(value) => self.credential_of_value(*value)?,
                Origin::Parameter(store) => match &facts[*store].place.root {
                    Root::Name(name) if KEY_NAME.is_match(name) && !NO_KEY_NAME.is_match(name) => self.named(name),
                    _ => return None,
                },
                Origin::Import(import) => {
                    let import = &facts[*import];
                    let name = import.name.as_deref().or(import.local.as_deref())?;
                    if !KEY_NAME.is_match(name) || NO_KEY_NAME.is_match(name) {
                        return None;
                    }
                    self.named(name)
                }
                Origin::Global(value) => self.credential_of_value(*value)?,
                Origin::Unknown => return None,
            };
            res = res.or(Some(found));
        }
        res
    }

    fn credential_of_value(&self, value: ValueId) -> Option<Credential<'a>> {
        let facts = self.facts();
        if let Some(read) = self.resolver().environment_read(value) {
            let name = read.name.filter(|it| KEY_NAME.is_match(it) && !NO_KEY_NAME.is_match(it))?;
            return Some(self.named(&name));
        }
        match &facts[value].kind {
            ValueKind::Text(text) => {
                let text = text.literal()?;
                if text.chars().any(char::is_whitespace) || text.len() < 8 || is_placeholder(&text) {
                    return None;
                }
                let kind = self.catalog().key_kinds().classify(&text, None);
                let provider =
                    kind.filter(|it| it.names_provider()).and_then(|it| self.catalog().provider(&it.kind.provider));
                Some(Credential { provider, is_api_key: provider.is_some() })
            }
            ValueKind::Name(name) | ValueKind::Member { name, .. } => {
                (KEY_NAME.is_match(name) && !NO_KEY_NAME.is_match(name)).then(|| self.named(name))
            }
            _ => None,
        }
    }

    /// What a key's name says: `OPENAI_API_KEY`, `openai_api_key`, `apiKey`.
    fn named(&self, name: &str) -> Credential<'a> {
        let upper = name.to_ascii_uppercase();
        let meaning = self.catalog().provider_of_env(name).or_else(|| self.catalog().provider_of_env(&upper));
        let meaning = meaning.filter(|it| it.role.is_secret());
        Credential {
            provider: meaning.map(|it| it.provider),
            is_api_key: meaning.is_some_and(|it| it.role != crate::catalog::EnvRole::AuthToken)
                || upper.ends_with("KEY"),
        }
    }

    /// The name by which an expression calls its value.
    pub fn name_of(&self, value: ValueId) -> Option<&'a str> {
        let facts = self.facts();
        match &facts[facts.past_transparent(value)].kind {
            ValueKind::Name(name) | ValueKind::Member { name, .. } => Some(name),
            _ => None,
        }
    }
}
