//! What a call calls in the same file, and what that gives back.

use crate::facts::{Call, ClassId, FunctionId, StatementKind, StoreKind, ValueId, ValueKind};
use crate::usage::resolve::Resolver;

impl<'a> Resolver<'a> {
    /// What a function of this file may return.
    /// Nothing for generators and decorated functions, whose calls give something else.
    pub fn returned(&self, function: FunctionId) -> Vec<ValueId> {
        let facts = self.facts;
        if facts.function(function).is_generator || !facts.function(function).decorators.is_empty() {
            return Vec::new();
        }
        self.returned_by(function)
    }

    /// The values of a function's `return` statements and its body's tail.
    pub(super) fn returned_by(&self, function: FunctionId) -> Vec<ValueId> {
        let facts = self.facts;
        let body = facts.function(function).body;
        let mut res: Vec<ValueId> = facts[body].tail.into_iter().collect();
        for statement in facts.statements_in(body) {
            if let StatementKind::Return(Some(value)) = facts[statement].kind {
                res.push(value);
            }
        }
        res
    }

    /// The object of a method call.
    pub fn receiver(&self, call: &Call) -> Option<ValueId> {
        match self.facts[self.facts.past_transparent(call.callee)].kind {
            ValueKind::Member { object, .. } => Some(object),
            _ => None,
        }
    }

    /// The name of the method or function that is called.
    pub fn callee_name(&self, call: &Call) -> Option<&'a str> {
        match &self.facts[self.facts.past_transparent(call.callee)].kind {
            ValueKind::Member { name, .. } | ValueKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The function of this file that a call calls: by name, by `self.method`, by a stored closure, or in place.
    pub fn local_callee(&self, call: &Call) -> Option<FunctionId> {
        let facts = self.facts;
        let callee = facts.past_transparent(call.callee);
        match &facts[callee].kind {
            ValueKind::Name(name) => facts.function_named(name, facts[callee].scope),
            ValueKind::Function(function) => Some(*function),
            ValueKind::Member { object, name, .. } => match &facts[facts.past_transparent(*object)].kind {
                ValueKind::This => facts.method(facts.class_around(FunctionId(callee.chunk))?, name),
                ValueKind::Name(object) if &**object == "Self" => {
                    facts.method(facts.class_around(FunctionId(callee.chunk))?, name)
                }
                ValueKind::Name(object_name) => {
                    let stores = facts.stores_of(object_name, facts[*object].scope);
                    let class = stores.iter().find_map(|it| match facts[*it].kind {
                        StoreKind::Class(class) => Some(class),
                        _ => None,
                    });
                    class.or_else(|| self.class_of(*object)).and_then(|it| facts.method(it, name))
                }
                _ => self.class_of(*object).and_then(|it| facts.method(it, name)),
            },
            _ => None,
        }
    }

    /// The class of this file that a value is an instance of.
    pub fn class_of(&self, value: ValueId) -> Option<ClassId> {
        let facts = self.facts;
        let value = facts.past_transparent(value);
        let made = match &facts[value].kind {
            ValueKind::Name(name) => {
                let stores = facts.stores_of(name, facts[value].scope);
                let mut values =
                    stores.iter().filter(|it| facts[**it].place.path.is_empty()).map(|it| facts[*it].value);
                match (values.next(), values.next()) {
                    (Some(Some(only)), None) => only,
                    _ => return None,
                }
            }
            _ => value,
        };
        let call = facts.call(made)?;
        let callee = facts.past_transparent(call.callee);
        let class_name = match &facts[callee].kind {
            ValueKind::Name(name) => name,
            ValueKind::Member { object, .. } => match &facts[*object].kind {
                ValueKind::Name(name) => name,
                _ => return None,
            },
            _ => return None,
        };
        facts.stores_of(class_name, facts[callee].scope).iter().find_map(|it| match facts[*it].kind {
            StoreKind::Class(class) => Some(class),
            _ => None,
        })
    }
}
