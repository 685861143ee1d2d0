//! Binding: which values an expression may stand for.
//!
//! A name resolves to the stores that reach it; members of known maps, of `self` and of classes to what was stored there;
//! calls of functions in the same file to what they return. Whatever cannot be followed is named as such, so that a rule
//! can tell "this value" from "one of these" and from "unknown".

use std::cell::RefCell;
use std::collections::HashMap;

use crate::catalog::libraries::{Libraries, Passed, Row};
use crate::facts::{
    Call, Entry, Facts, FunctionId, ImportId, List, Root, StatementKind, Step, Store, StoreId, StoreKind, ValueId, ValueKind,
};

/// How many steps one resolution may take, and how many helper functions deep it goes.
const FUEL: u32 = 64;
const CALL_DEPTH: u32 = 3;

/// What a value may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This expression.
    Value(ValueId),
    /// A parameter whose arguments are not known.
    Parameter(StoreId),
    /// An imported name.
    Import(ImportId),
    /// A name that nothing in the file declares.
    Global(ValueId),
    /// Not to be followed.
    Unknown,
}

/// All that a value may stand for, in source order.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// The possibilities, without [`Origin::Unknown`].
    pub all: Vec<Origin>,
    /// Whether there are no others.
    pub complete: bool,
}

impl Origins {
    /// The only possibility.
    pub fn single(&self) -> Option<&Origin> {
        match self.all.as_slice() {
            [one] if self.complete => Some(one),
            _ => None,
        }
    }

    /// The only possibility, if it is an expression of this file.
    pub fn single_value(&self) -> Option<ValueId> {
        match self.single() {
            Some(Origin::Value(value)) => Some(*value),
            _ => None,
        }
    }

    /// The possibilities that are expressions of this file.
    pub fn values(&self) -> impl Iterator<Item = ValueId> {
        self.all.iter().filter_map(|it| match it {
            Origin::Value(value) => Some(*value),
            _ => None,
        })
    }
}

/// Resolves the values of one document.
pub struct Resolver<'a> {
    /// The document's facts.
    pub facts: &'a Facts,
    /// What library calls do in its language.
    pub libraries: &'a Libraries,
    memo: RefCell<HashMap<ValueId, Origins>>,
    pub(super) paths: RefCell<HashMap<ValueId, Option<String>>>,
    callers: RefCell<Option<HashMap<FunctionId, Vec<ValueId>>>>,
}

/// One resolution in progress.
struct Search {
    fuel: u32,
    found: Origins,
    seen: Vec<(ValueId, Vec<Step>)>,
}

impl<'a> Resolver<'a> {
    /// A resolver for a document.
    pub fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            libraries: Libraries::of(facts.language),
            memo: RefCell::default(),
            paths: RefCell::default(),
            callers: RefCell::default(),
        }
    }

    /// What `value` may stand for.
    pub fn origins(&self, value: ValueId) -> Origins {
        if let Some(known) = self.memo.borrow().get(&value) {
            return known.clone();
        }
        let res = self.origins_of(value, Vec::new());
        self.memo.borrow_mut().insert(value, res.clone());
        res
    }

    /// What a part of `value` may stand for.
    pub fn part(&self, value: ValueId, steps: Vec<Step>) -> Origins {
        self.origins_of(value, steps)
    }

    fn origins_of(&self, value: ValueId, steps: Vec<Step>) -> Origins {
        let mut search =
            Search { fuel: FUEL, found: Origins { all: Vec::new(), complete: true }, seen: Vec::new() };
        let mut todo = vec![(value, steps, 0)];
        while let Some((value, steps, depth)) = todo.pop() {
            if search.fuel == 0 || depth > CALL_DEPTH {
                search.found.complete = false;
                continue;
            }
            search.fuel -= 1;
            let at = (value, steps);
            if search.seen.contains(&at) {
                continue;
            }
            search.seen.push(at.clone());
            let mut next = Vec::new();
            self.step(at.0, at.1, depth, &mut search.found, &mut next);
            todo.extend(next.into_iter().rev());
        }
        let mut unique = Vec::new();
        search.found.all.into_iter().for_each(|it| {
            if !unique.contains(&it) {
                unique.push(it);
            }
        });
        Origins { all: unique, complete: search.found.complete }
    }

    /// Follows one value by one step: what it certainly is goes to `found`, what has to be followed on to `next`.
    fn step(&self, value: ValueId, mut steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        use ValueKind as K;
        let facts = self.facts;
        match &facts[value].kind {
            K::Transparent(inner) | K::Await(inner) | K::Propagate(inner) => next.push((*inner, steps, depth)),
            K::Assign { value: Some(inner), .. } => next.push((*inner, steps, depth)),
            K::Fallback { value, default } => {
                next.extend([(*value, steps.clone(), depth), (*default, steps, depth)]);
            }
            K::Choice { then, otherwise, .. } => {
                next.extend([(*then, steps.clone(), depth), (*otherwise, steps, depth)]);
            }
            K::Control(statement) => {
                let values = self.control_values(*statement);
                found.complete &= !values.is_empty();
                next.extend(values.into_iter().map(|it| (it, steps.clone(), depth)));
            }
            K::Member { object, name, name_range } => {
                if self.is_module_member(*object) {
                    return self.end(value, &steps, found);
                }
                steps.push(Step::Key(name.clone(), *name_range));
                next.push((*object, steps, depth));
            }
            K::Index { object, index } => {
                match self.literal_key(*index) {
                    Some(step) => steps.push(step),
                    None => return self.end(value, &steps, found),
                }
                next.push((*object, steps, depth));
            }
            K::Name(name) => self.follow_name(value, name, steps, depth, found, next),
            K::This => self.follow_this(value, steps, depth, found, next),
            K::Map(_) | K::List(_) if !steps.is_empty() => self.follow_literal(value, steps, depth, found, next),
            K::Call(call) => self.follow_call(value, call, steps, depth, found, next),
            _ => self.end(value, &steps, found),
        }
    }

    /// A value that is not followed further: it stands for itself, a part of it for nothing known.
    fn end(&self, value: ValueId, steps: &[Step], found: &mut Origins) {
        let only_payload = steps.iter().all(|it| *it == Step::Payload);
        if steps.is_empty() || only_payload {
            found.all.push(Origin::Value(value));
        } else {
            found.complete = false;
        }
    }

    /// Whether a value is a module, or a member of one, so that its member is looked up by path and not by stores.
    fn is_module_member(&self, object: ValueId) -> bool {
        let ValueKind::Name(name) = &self.facts[object].kind else { return false };
        let stores = self.facts.stores_of(name, self.facts[object].scope);
        stores.is_empty()
            || stores.iter().any(|it| matches!(self.facts[*it].kind, StoreKind::Import(_)) && self.facts[*it].place.path.is_empty())
    }

    fn literal_key(&self, index: ValueId) -> Option<Step> {
        let facts = self.facts;
        match &facts[facts.past_transparent(index)].kind {
            ValueKind::Text(text) => Some(Step::Key(text.literal()?.into(), facts[index].range)),
            ValueKind::Number(number) => number.parse().ok().map(Step::Position),
            _ => None,
        }
    }

    /// The values that a control expression may have: its blocks' tails and what `break` carries out of it.
    fn control_values(&self, statement: crate::facts::StatementId) -> Vec<ValueId> {
        let facts = self.facts;
        let mut res: Vec<ValueId> = facts.blocks_of(statement).iter().filter_map(|it| facts[*it].tail).collect();
        if let StatementKind::Loop(it) = &facts[statement].kind {
            res.clear();
            for inner in facts.statements_in(it.body) {
                if let StatementKind::Break { value: Some(value), .. } = facts[inner].kind {
                    res.push(value);
                }
            }
        }
        res
    }

    fn follow_name(&self, value: ValueId, name: &str, steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        let facts = self.facts;
        let all = facts.stores_of(name, facts[value].scope);
        if all.is_empty() {
            if steps.is_empty() {
                found.all.push(Origin::Global(value));
            } else {
                found.complete = false;
            }
            return;
        }
        if let Some(Step::Key(key, _)) = steps.last() {
            // `x.key = …` and `Class.key` are stores of their own.
            let members: Vec<StoreId> = all.iter().copied().filter(|it| first_key(&facts[*it]) == Some(key)).collect();
            let class = all.iter().find_map(|it| match facts[*it].kind {
                StoreKind::Class(class) => Some(class),
                _ => None,
            });
            let members = match class {
                Some(class) => facts.member_stores(class, key),
                None => members,
            };
            for store in &members {
                let rest = steps[..steps.len() - 1].to_vec();
                self.follow_store(*store, rest, 1, depth, found, next);
            }
            if class.is_some() {
                found.complete &= !members.is_empty();
                return;
            }
        }
        let whole: Vec<StoreId> = all.iter().copied().filter(|it| facts[*it].place.path.is_empty()).collect();
        let reaching = self.reaching(value, &whole);
        found.complete &= !reaching.is_empty();
        for store in reaching {
            self.follow_store(store, steps.clone(), 0, depth, found, next);
        }
    }

    /// Follows a store; `skip` steps of its place are matched already.
    fn follow_store(&self, id: StoreId, mut steps: Vec<Step>, skip: usize, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        let store = &self.facts[id];
        if store.place.path.len() > skip {
            // `x.a.b = v` is a store to a part of what is asked.
            return;
        }
        match store.kind {
            StoreKind::Import(import) if steps.is_empty() => found.all.push(Origin::Import(import)),
            StoreKind::Augment | StoreKind::Delete | StoreKind::Error => found.complete = false,
            StoreKind::Parameter(position) => {
                self.follow_parameter(id, position, steps, depth, found, next);
            }
            StoreKind::Element => {
                let Some(value) = store.value else { return found.complete = false };
                steps.extend(store.projection.iter().rev().cloned());
                if !store.projection.contains(&Step::Element) {
                    steps.push(Step::Element);
                }
                next.push((value, steps, depth));
            }
            _ => {
                let Some(value) = store.value else { return found.complete = false };
                if store.projection.iter().any(|it| matches!(it, Step::Failure | Step::Unknown)) {
                    return found.complete = false;
                }
                steps.extend(store.projection.iter().rev().filter(|it| **it != Step::Payload).cloned());
                next.push((value, steps, depth));
            }
        }
    }

    /// A parameter stands for its default and for what the file's own calls of its function pass.
    fn follow_parameter(&self, id: StoreId, position: u32, mut steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        let facts = self.facts;
        let store = &facts[id];
        steps.extend(store.projection.iter().rev().cloned());
        let function = FunctionId(id.chunk);
        let arguments = self.arguments_of(function, position, &store.place.root);
        if let Some(default) = store.value {
            next.push((default, steps.clone(), depth));
        }
        if steps.is_empty() && arguments.is_empty() {
            found.all.push(Origin::Parameter(id));
        }
        // Other files may call it, too.
        found.complete = false;
        next.extend(arguments.into_iter().map(|it| (it, steps.clone(), depth + 1)));
    }

    /// What the calls of a function in this file pass for one of its parameters.
    fn arguments_of(&self, function: FunctionId, position: u32, root: &Root) -> Vec<ValueId> {
        let calls = self.callers_of(function);
        let named = |call: &Call| match root {
            Root::Name(name) => call.named(name).map(|it| it.value),
            _ => None,
        };
        let of = |id: &ValueId| {
            let call = self.facts.call(*id)?;
            named(call).or_else(|| call.positional(position as usize).filter(|it| !it.spread).map(|it| it.value))
        };
        calls.iter().filter_map(of).collect()
    }

    /// The calls of a function in this file.
    pub fn callers_of(&self, function: FunctionId) -> Vec<ValueId> {
        if self.callers.borrow().is_none() {
            let mut map: HashMap<FunctionId, Vec<ValueId>> = HashMap::new();
            for (id, call) in self.facts.calls() {
                if let Some(callee) = self.local_callee(call) {
                    map.entry(callee).or_default().push(id);
                }
            }
            *self.callers.borrow_mut() = Some(map);
        }
        self.callers.borrow().as_ref().and_then(|it| it.get(&function).cloned()).unwrap_or_default()
    }

    fn follow_this(&self, value: ValueId, mut steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        let facts = self.facts;
        let (Some(class), Some(Step::Key(key, _))) = (facts.class_around(FunctionId(value.chunk)), steps.last().cloned()) else {
            return self.end(value, &steps, found);
        };
        steps.pop();
        let stores = facts.member_stores(class, &key);
        let records = self.record_values(class, &key);
        found.complete &= !(stores.is_empty() && records.is_empty());
        for store in stores {
            self.follow_store(store, steps.clone(), usize::from(facts[store].place.root == Root::This), depth, found, next);
        }
        next.extend(records.into_iter().map(|it| (it, steps.clone(), depth)));
    }

    /// What struct expressions of a class's type put into a field.
    fn record_values(&self, class: crate::facts::ClassId, key: &str) -> Vec<ValueId> {
        let facts = self.facts;
        let Some(name) = facts[class].name.as_deref() else { return Vec::new() };
        let of = |id: ValueId, map: &crate::facts::Map| {
            let record = map.record.as_deref()?;
            let here = record == name
                || (record == "Self" && facts.class_around(FunctionId(id.chunk)).is_some_and(|it| facts[it].name.as_deref() == Some(name)));
            if here { self.entry(map, key) } else { None }
        };
        facts.values().filter_map(|(id, it)| if let ValueKind::Map(map) = &it.kind { of(id, map) } else { None }).collect()
    }

    fn entry(&self, map: &crate::facts::Map, key: &str) -> Option<ValueId> {
        map.entries.iter().rev().find_map(|entry| match entry {
            Entry::Pair { key: it, value, .. } => match &self.facts[*it].kind {
                ValueKind::Text(text) if text.literal().as_deref() == Some(key) => Some(*value),
                _ => None,
            },
            Entry::Spread(_) => None,
        })
    }

    /// A part of a map or list literal.
    fn follow_literal(&self, value: ValueId, mut steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        let Some(step) = steps.pop() else { return self.end(value, &steps, found) };
        match (&self.facts[value].kind, step) {
            (ValueKind::Map(map), Step::Key(key, _)) => match self.entry(map, &key) {
                Some(value) => next.push((value, steps, depth)),
                None => {
                    for entry in &map.entries {
                        if let Entry::Spread(inner) = entry {
                            let mut steps = steps.clone();
                            steps.push(Step::Key(key.clone(), crate::facts::RelativeRange::default()));
                            next.push((*inner, steps, depth));
                        }
                    }
                    found.complete = false;
                }
            },
            (ValueKind::List(List { items }), Step::Position(at)) => match items.get(at as usize) {
                Some(item) => next.push((*item, steps, depth)),
                None => found.complete = false,
            },
            (ValueKind::List(List { items }), Step::Element) => {
                next.extend(items.iter().map(|it| (*it, steps.clone(), depth)));
            }
            (_, Step::Payload) => next.push((value, steps, depth)),
            _ => found.complete = false,
        }
    }

    fn follow_call(&self, value: ValueId, call: &Call, steps: Vec<Step>, depth: u32, found: &mut Origins, next: &mut Vec<Next>) {
        match self.call_row(value) {
            Some(Row::Passes(Passed::Receiver)) => {
                if let Some(receiver) = self.receiver(call) {
                    return next.push((receiver, steps, depth));
                }
            }
            Some(Row::Passes(Passed::Argument(n))) => {
                if let Some(argument) = call.positional(*n) {
                    return next.push((argument.value, steps, depth));
                }
            }
            Some(Row::Default(default)) => {
                if let (Some(receiver), Some(default)) = (self.receiver(call), self.argument(call, default)) {
                    return next.extend([(receiver, steps.clone(), depth), (default, steps, depth)]);
                }
            }
            Some(_) => return self.end(value, &steps, found),
            None => {}
        }
        let Some(function) = self.local_callee(call) else { return self.end(value, &steps, found) };
        let function_facts = self.facts.function(function);
        if call.constructs || function_facts.is_generator || !function_facts.decorators.is_empty() {
            return self.end(value, &steps, found);
        }
        let returned = self.returned(function);
        if returned.is_empty() {
            return self.end(value, &steps, found);
        }
        next.extend(returned.into_iter().map(|it| (it, steps.clone(), depth + 1)));
    }

    /// What a function of this file may return.
    pub fn returned(&self, function: FunctionId) -> Vec<ValueId> {
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
    pub fn class_of(&self, value: ValueId) -> Option<crate::facts::ClassId> {
        let facts = self.facts;
        let value = facts.past_transparent(value);
        let made = match &facts[value].kind {
            ValueKind::Name(name) => {
                let stores = facts.stores_of(name, facts[value].scope);
                let mut values = stores.iter().filter(|it| facts[**it].place.path.is_empty()).map(|it| facts[*it].value);
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

    /// The stores, among those to a whole variable, whose value the name at `value` may have.
    pub fn reaching(&self, value: ValueId, stores: &[StoreId]) -> Vec<StoreId> {
        let facts = self.facts;
        let Some(statement) = facts.statement_of(value) else { return stores.to_vec() };
        if stores.iter().any(|it| it.chunk != value.chunk) {
            return stores.to_vec();
        }
        let at = facts.range(value);
        let blocks: Vec<_> = facts.blocks_around(statement).collect();
        let loops: Vec<_> = facts.loops_around(statement).collect();
        let before = |it: &StoreId| facts.range(*it).end <= at.start;
        let comes_round = |it: &StoreId| {
            facts[*it].statement.is_some_and(|it| facts.loops_around(it).any(|it| loops.contains(&it)))
        };
        let certain = |it: &StoreId| match facts[*it].statement {
            None => true,
            Some(statement) => {
                facts[statement].block.is_some_and(|it| blocks.contains(&it) || it == facts.function(FunctionId(value.chunk)).body)
            }
        };
        let last = stores.iter().filter(|it| before(it) && certain(it) && facts[**it].kind != StoreKind::Augment).max_by_key(|it| facts.range(**it).start);
        let killed = |it: &StoreId| last.is_some_and(|last| facts.range(*it).start < facts.range(*last).start);
        stores.iter().copied().filter(|it| (before(it) && !killed(it)) || (!before(it) && comes_round(it))).collect()
    }
}

type Next = (ValueId, Vec<Step>, u32);

fn first_key(store: &Store) -> Option<&str> {
    match store.place.path.first() {
        Some(Step::Key(key, _)) => Some(key),
        _ => None,
    }
}
