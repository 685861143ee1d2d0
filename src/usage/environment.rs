//! Environment reads.

use crate::catalog::libraries::Row;
use crate::facts::{ValueId, ValueKind};
use crate::usage::resolve::Resolver;

/// A read of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentRead {
    /// The expression.
    pub value: ValueId,
    /// The variable's name, if it is known.
    pub name: Option<String>,
    /// What is taken if it is not set, as an argument of the read itself.
    pub default: Option<ValueId>,
}

impl Resolver<'_> {
    /// The environment read that an expression itself is (its names are not followed).
    pub fn environment_read(&self, value: ValueId) -> Option<EnvironmentRead> {
        let facts = self.facts;
        match &facts[value].kind {
            ValueKind::Call(call) => match self.path_row(call)? {
                Row::Environment { name: Some(name), default } => Some(EnvironmentRead {
                    value,
                    name: self.argument(call, name).and_then(|it| self.literal(it)),
                    default: default.as_ref().and_then(|it| self.argument(call, it)),
                }),
                _ => None,
            },
            ValueKind::Member { object, name, .. } => self.is_environment(*object).then(|| EnvironmentRead {
                value,
                name: Some(name.to_string()),
                default: None,
            }),
            ValueKind::Index { object, index } => self.is_environment(*object).then(|| EnvironmentRead {
                value,
                name: self.literal(*index),
                default: None,
            }),
            _ => None,
        }
    }

    /// Whether a value is an object whose members are environment variables.
    pub fn is_environment(&self, object: ValueId) -> bool {
        let row = |path: String| matches!(self.libraries.row(&path), Some(Row::Environment { name: None, .. }));
        self.path(object).is_some_and(row)
    }

    /// The environment reads that a value may come from, through names, defaults and passing calls.
    pub fn environment_origins(&self, value: ValueId) -> Vec<EnvironmentRead> {
        let direct = self.environment_read(self.facts.past_transparent(value));
        let origins = self.origins(value);
        let through = origins.values().filter_map(|it| self.environment_read(it));
        direct.into_iter().chain(through).fold(Vec::new(), |mut res, it| {
            if !res.contains(&it) {
                res.push(it);
            }
            res
        })
    }
}
