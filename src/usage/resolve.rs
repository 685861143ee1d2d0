//! Binding: which values an expression may stand for.
//!
//! A name resolves to the stores that reach it; members of known maps, of `self` and of classes to what was stored there;
//! calls of functions in the same file to what they return. Whatever cannot be followed is named as such, so that a rule
//! can tell "this value" from "one of these" and from "unknown".

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::catalog::libraries::{Libraries, Passed, Row};
use crate::facts::{
    Call, Entry, Facts, FunctionId, ImportId, List, Root, StatementKind, Step, Store, StoreId, StoreKind, ValueId,
    ValueKind,
};
use crate::usage::maps::Changes;

/// How many steps one resolution may take, and how many helper functions deep it goes.
const FUEL: u32 = 64;
const CALL_DEPTH: u32 = 3;
/// A variable stored more often than this stands for anything.
pub(super) const MOST_STORES: usize = 48;
/// How many resolutions may wait for each other: the type of a receiver needs the receiver's origins, and so on.
const NESTING: usize = 12;

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
    active: RefCell<Vec<ValueId>>,
    pub(super) changes: RefCell<Option<Rc<Changes>>>,
    stored: OnceCell<HashMap<ValueId, Vec<StoreId>>>,
    pub(super) types: RefCell<HashMap<ValueId, Option<String>>>,
}

/// A place on the way of one resolution.
struct At {
    /// What is followed.
    value: ValueId,
    /// The parts of it that are asked for; the last one is taken first.
    steps: Vec<Step>,
    /// How many calls deep.
    depth: u32,
    /// The whole expression (`settings.key`) whose parts these are: what remains if its object cannot be followed.
    anchor: Option<ValueId>,
}

impl At {
    /// The same steps, of another value.
    fn with(&self, value: ValueId) -> Self {
        Self { value, steps: self.steps.clone(), depth: self.depth, anchor: self.anchor }
    }

    /// One step further in.
    fn into(mut self, value: ValueId, step: Step) -> Self {
        if self.steps.is_empty() {
            self.anchor = Some(self.value);
        }
        self.steps.push(step);
        self.value = value;
        self
    }
}

/// One resolution in progress: what was found, what is to be followed.
struct Search {
    found: Origins,
    next: Vec<At>,
}

impl Search {
    fn follow(&mut self, at: At) {
        self.next.push(at);
    }

    /// Cannot be followed: the expression stands for itself, or nothing is known.
    fn lost(&mut self, at: &At) {
        match at.anchor {
            Some(anchor) if !at.steps.is_empty() => self.found.all.push(Origin::Value(anchor)),
            _ => self.found.complete = false,
        }
    }
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
            active: RefCell::default(),
            changes: RefCell::default(),
            stored: OnceCell::new(),
            types: RefCell::default(),
        }
    }

    /// What `value` may stand for.
    pub fn origins(&self, value: ValueId) -> Origins {
        if let Some(known) = self.memo.borrow().get(&value) {
            return known.clone();
        }
        if self.active.borrow().len() >= NESTING || self.active.borrow().contains(&value) {
            return Origins::default();
        }
        self.active.borrow_mut().push(value);
        let res = self.origins_of(value, Vec::new());
        self.active.borrow_mut().pop();
        self.memo.borrow_mut().insert(value, res.clone());
        res
    }

    /// What a part of `value` may stand for.
    pub fn part(&self, value: ValueId, steps: Vec<Step>) -> Origins {
        self.origins_of(value, steps)
    }

    fn origins_of(&self, value: ValueId, steps: Vec<Step>) -> Origins {
        let mut search = Search { found: Origins { all: Vec::new(), complete: true }, next: Vec::new() };
        let mut todo = vec![At { value, steps, depth: 0, anchor: None }];
        let mut seen: Vec<(ValueId, Vec<Step>)> = Vec::new();
        let mut fuel = FUEL;
        while let Some(at) = todo.pop() {
            if fuel == 0 || at.depth > CALL_DEPTH {
                search.found.complete = false;
                continue;
            }
            fuel -= 1;
            let key = (at.value, at.steps.clone());
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            self.step(at, &mut search);
            todo.extend(search.next.drain(..).rev());
        }
        let mut all = Vec::new();
        search.found.all.into_iter().for_each(|it| {
            if !all.contains(&it) {
                all.push(it);
            }
        });
        Origins { all, complete: search.found.complete }
    }

    /// Follows one value by one step: what it certainly is goes to the found ones, what has to be followed to the next.
    fn step(&self, at: At, search: &mut Search) {
        use ValueKind as K;
        let facts = self.facts;
        match &facts[at.value].kind {
            K::Transparent(inner) | K::Await(inner) | K::Propagate(inner) => search.follow(at.with(*inner)),
            K::Assign { value: Some(inner), .. } => search.follow(at.with(*inner)),
            K::Fallback { value, default } => [*value, *default].into_iter().for_each(|it| search.follow(at.with(it))),
            K::Choice { then, otherwise, .. } => {
                [*then, *otherwise].into_iter().for_each(|it| search.follow(at.with(it)))
            }
            K::Control(statement) => {
                let values = self.control_values(*statement);
                search.found.complete &= !values.is_empty();
                values.into_iter().for_each(|it| search.follow(at.with(it)));
            }
            K::Member { object, name, name_range } => {
                if self.is_module(*object) {
                    return self.end(&at, search);
                }
                let step = Step::Key(name.clone(), *name_range);
                search.follow(at.into(*object, step));
            }
            K::Index { object, index } => match self.literal_key(*index) {
                Some(step) => search.follow(at.into(*object, step)),
                None => self.end(&at, search),
            },
            K::Name(name) => self.follow_name(&at, name, search),
            K::This => self.follow_this(&at, search),
            K::Map(_) | K::List(_) if !at.steps.is_empty() => self.follow_literal(at, search),
            K::Call(call) => self.follow_call(&at, call, search),
            _ => self.end(&at, search),
        }
    }

    /// A value that is not followed further: it stands for itself; a part of it for nothing known.
    fn end(&self, at: &At, search: &mut Search) {
        if at.steps.iter().all(|it| *it == Step::Payload) {
            search.found.all.push(Origin::Value(at.value));
        } else {
            search.lost(at);
        }
    }

    /// Whether a value is a module or a global, so that its members are looked up by path and not by stores.
    fn is_module(&self, object: ValueId) -> bool {
        let facts = self.facts;
        let ValueKind::Name(name) = &facts[object].kind else { return false };
        let stores = facts.stores_of(name, facts[object].scope);
        let imported =
            |it: &StoreId| matches!(facts[*it].kind, StoreKind::Import(_)) && facts[*it].place.path.is_empty();
        stores.is_empty() || stores.iter().any(imported)
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

    fn follow_name(&self, at: &At, name: &str, search: &mut Search) {
        let facts = self.facts;
        let all = facts.stores_of(name, facts[at.value].scope);
        if all.is_empty() {
            return match at.steps.is_empty() {
                true => search.found.all.push(Origin::Global(at.value)),
                false => search.lost(at),
            };
        }
        if let Some(Step::Key(key, _)) = at.steps.last()
            && self.follow_member_stores(at, &all, key, search)
        {
            return;
        }
        let whole: Vec<StoreId> = all.iter().copied().filter(|it| facts[*it].place.path.is_empty()).collect();
        if whole.len() > MOST_STORES {
            return search.lost(at);
        }
        let reaching = self.reaching(at.value, &whole);
        if reaching.is_empty() {
            return search.lost(at);
        }
        for store in reaching {
            self.follow_store(store, at.with(at.value), 0, search);
        }
    }

    /// Follows `x.key = …` and a class's own `key`; true if that is all there is.
    fn follow_member_stores(&self, at: &At, all: &[StoreId], key: &str, search: &mut Search) -> bool {
        let facts = self.facts;
        let class = all.iter().find_map(|it| match facts[*it].kind {
            StoreKind::Class(class) => Some(class),
            _ => None,
        });
        let members: Vec<StoreId> = match class {
            Some(class) => facts.member_stores(class, key),
            None => all.iter().copied().filter(|it| first_key(&facts[*it]) == Some(key)).collect(),
        };
        for store in &members {
            let mut rest = at.with(at.value);
            rest.steps.pop();
            self.follow_store(*store, rest, facts[*store].place.path.len().min(1), search);
        }
        if class.is_some() && members.is_empty() {
            search.lost(at);
        }
        class.is_some()
    }

    /// Follows a store; `skip` steps of its place are matched already.
    fn follow_store(&self, id: StoreId, mut at: At, skip: usize, search: &mut Search) {
        let store = &self.facts[id];
        if store.place.path.len() > skip {
            // `x.a.b = v` is a store to a part of what is asked.
            return;
        }
        match (store.kind, store.value) {
            (StoreKind::Import(import), _) if at.steps.is_empty() => search.found.all.push(Origin::Import(import)),
            (StoreKind::Parameter(position), _) => self.follow_parameter(id, position, at, search),
            (StoreKind::Augment | StoreKind::Delete | StoreKind::Error | StoreKind::Import(_), _) | (_, None) => {
                search.lost(&at)
            }
            (kind, Some(value)) => {
                if store.projection.iter().any(|it| matches!(it, Step::Failure | Step::Unknown)) {
                    return search.lost(&at);
                }
                at.steps.extend(store.projection.iter().rev().filter(|it| **it != Step::Payload).cloned());
                if kind == StoreKind::Element && !store.projection.contains(&Step::Element) {
                    at.steps.push(Step::Element);
                }
                search.follow(at.with(value));
            }
        }
    }

    /// A parameter stands for its default and for what the file's own calls of its function pass.
    fn follow_parameter(&self, id: StoreId, position: u32, mut at: At, search: &mut Search) {
        let store = &self.facts[id];
        at.steps.extend(store.projection.iter().rev().cloned());
        let mut arguments = self.arguments_of(FunctionId(id.chunk), position, &store.place.root);
        // A recursion that passes the parameter on says nothing of it.
        arguments.retain(|it| !self.is_parameter(*it, id));
        if arguments.is_empty() && store.value.is_none() {
            match at.steps.is_empty() {
                true => search.found.all.push(Origin::Parameter(id)),
                false => search.lost(&at),
            }
        }
        // Other files may call it, too; a default stands for what they would pass.
        let has_default = store.value.is_some_and(|it| !matches!(self.facts[it].kind, ValueKind::Null));
        search.found.complete &= has_default;
        store.value.into_iter().for_each(|it| search.follow(at.with(it)));
        at.depth += 1;
        arguments.into_iter().for_each(|it| search.follow(at.with(it)));
    }

    /// Whether a value is this parameter by its name.
    fn is_parameter(&self, value: ValueId, parameter: StoreId) -> bool {
        let facts = self.facts;
        let value = facts.past_transparent(value);
        match &facts[value].kind {
            ValueKind::Name(name) => facts.stores_of(name, facts[value].scope) == [parameter],
            _ => false,
        }
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

    fn follow_this(&self, at: &At, search: &mut Search) {
        let facts = self.facts;
        let class = facts.class_around(FunctionId(at.value.chunk));
        let (Some(class), Some(Step::Key(key, _))) = (class, at.steps.last()) else {
            return self.end(at, search);
        };
        let stores = facts.member_stores(class, key);
        let records = self.record_values(class, key);
        if stores.is_empty() && records.is_empty() {
            return self.follow_getter(at, class, search);
        }
        let mut rest = at.with(at.value);
        rest.steps.pop();
        for store in stores {
            self.follow_store(store, rest.with(at.value), usize::from(facts[store].place.root == Root::This), search);
        }
        records.into_iter().for_each(|it| search.follow(rest.with(it)));
    }

    /// A property's value is what its getter returns.
    fn follow_getter(&self, at: &At, class: crate::facts::ClassId, search: &mut Search) {
        let Some(Step::Key(key, _)) = at.steps.last() else { return search.lost(at) };
        let returned = self.facts.method(class, key).map_or_else(Vec::new, |it| self.returned_by(it));
        if returned.is_empty() {
            return search.lost(at);
        }
        for value in returned {
            let mut deeper = at.with(value);
            deeper.steps.pop();
            deeper.depth += 1;
            search.follow(deeper);
        }
    }

    /// What struct expressions of a class's type put into a field.
    fn record_values(&self, class: crate::facts::ClassId, key: &str) -> Vec<ValueId> {
        let facts = self.facts;
        let Some(name) = facts[class].name.as_deref() else { return Vec::new() };
        let of = |id: ValueId, map: &crate::facts::Map| {
            let record = map.record.as_deref()?;
            let here = record == name
                || (record == "Self"
                    && facts
                        .class_around(FunctionId(id.chunk))
                        .is_some_and(|it| facts[it].name.as_deref() == Some(name)));
            if here { self.entry(map, key) } else { None }
        };
        facts
            .values()
            .filter_map(|(id, it)| if let ValueKind::Map(map) = &it.kind { of(id, map) } else { None })
            .collect()
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
    fn follow_literal(&self, mut at: At, search: &mut Search) {
        let Some(step) = at.steps.pop() else { return };
        match (&self.facts[at.value].kind, &step) {
            (ValueKind::Map(map), Step::Key(key, _)) => match self.entry(map, key) {
                Some(value) => search.follow(at.with(value)),
                None => {
                    at.steps.push(step.clone());
                    search.lost(&at);
                    for entry in &map.entries {
                        if let Entry::Spread(inner) = entry {
                            search.follow(at.with(*inner));
                        }
                    }
                }
            },
            (ValueKind::List(List { items }), Step::Position(n)) if (*n as usize) < items.len() => {
                search.follow(at.with(items[*n as usize]));
            }
            (ValueKind::List(List { items }), Step::Element) => items.iter().for_each(|it| search.follow(at.with(*it))),
            (_, Step::Payload) => search.follow(at.with(at.value)),
            _ => {
                at.steps.push(step);
                search.lost(&at);
            }
        }
    }

    fn follow_call(&self, at: &At, call: &Call, search: &mut Search) {
        match self.call_row(at.value) {
            Some(Row::Passes(passed)) => {
                let passed = match passed {
                    Passed::Receiver => self.receiver(call),
                    Passed::Argument(n) => call.positional(*n).map(|it| it.value),
                };
                return match passed {
                    Some(value) => search.follow(at.with(value)),
                    None => self.end(at, search),
                };
            }
            Some(Row::Default(default)) => {
                self.receiver(call).into_iter().for_each(|it| search.follow(at.with(it)));
                let Some(default) = self.argument(call, default) else { return };
                return match self.facts[default].kind {
                    ValueKind::Function(closure) => {
                        self.returned(closure).into_iter().for_each(|it| search.follow(at.with(it)));
                    }
                    _ => search.follow(at.with(default)),
                };
            }
            Some(_) => return self.end(at, search),
            None => {}
        }
        let returned =
            self.local_callee(call).filter(|_| !call.constructs).map_or_else(Vec::new, |it| self.returned(it));
        if returned.is_empty() {
            return self.end(at, search);
        }
        for value in returned {
            let mut deeper = at.with(value);
            deeper.depth += 1;
            search.follow(deeper);
        }
    }

    /// The stores whose source is this expression.
    pub fn stores_of_value(&self, value: ValueId) -> Vec<StoreId> {
        let index = self.stored.get_or_init(|| {
            let mut res: HashMap<ValueId, Vec<StoreId>> = HashMap::new();
            for (id, store) in self.facts.stores() {
                if let Some(value) = store.value {
                    res.entry(self.facts.past_transparent(value)).or_default().push(id);
                }
            }
            res
        });
        index.get(&value).cloned().unwrap_or_default()
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
        let before =
            |it: &StoreId| facts.range(*it).end <= at.start || matches!(facts[*it].kind, StoreKind::Parameter(_));
        let comes_round =
            |it: &StoreId| facts[*it].statement.is_some_and(|it| facts.loops_around(it).any(|it| loops.contains(&it)));
        let certain = |it: &StoreId| match facts[*it].statement {
            None => true,
            Some(statement) => facts[statement]
                .block
                .is_some_and(|it| blocks.contains(&it) || it == facts.function(FunctionId(value.chunk)).body),
        };
        let last = stores
            .iter()
            .filter(|it| before(it) && certain(it) && facts[**it].kind != StoreKind::Augment)
            .max_by_key(|it| facts.range(**it).start);
        let killed = |it: &StoreId| last.is_some_and(|last| facts.range(*it).start < facts.range(*last).start);
        stores.iter().copied().filter(|it| (before(it) && !killed(it)) || (!before(it) && comes_round(it))).collect()
    }
}

fn first_key(store: &Store) -> Option<&str> {
    match store.place.path.first() {
        Some(Step::Key(key, _)) => Some(key),
        _ => None,
    }
}
