//! What is called: the dotted path of a callee past its imports, and the type of a receiver.

use crate::catalog::libraries::{Argument, Libraries, Row, SpotRoot};
use crate::facts::{Call, Entry, FunctionId, Import, StoreId, StoreKind, ValueId, ValueKind};
use crate::language::Language;
use crate::usage::resolve::{MOST_STORES, Origin, Resolver};

/// How many members, aliases and receivers one path may go through.
const DEPTH: u32 = 48;

impl Resolver<'_> {
    /// The path of a value past its import: `time.sleep`, `openai.OpenAI.chat.completions.create`. A method's path begins
    /// with the type of its receiver; a name that nothing declares is its own path.
    pub fn path(&self, value: ValueId) -> Option<String> {
        self.path_within(value, DEPTH)
    }

    fn path_within(&self, value: ValueId, depth: u32) -> Option<String> {
        if let Some(known) = self.paths.borrow().get(&value) {
            return known.clone();
        }
        // A path that is asked for while it is being found is none.
        self.paths.borrow_mut().insert(value, None);
        let res = self.find_path(value, depth.checked_sub(1)?).map(|it| self.libraries.canonical(it));
        self.paths.borrow_mut().insert(value, res.clone());
        res
    }

    fn find_path(&self, value: ValueId, depth: u32) -> Option<String> {
        let facts = self.facts;
        let value = facts.past_transparent(value);
        match &facts[value].kind {
            ValueKind::Name(name) => self.name_path(value, name, depth),
            ValueKind::Member { object, name, .. } => {
                let object = facts.past_transparent(*object);
                let is_value = matches!(
                    facts[object].kind,
                    ValueKind::Call(_)
                        | ValueKind::Await(_)
                        | ValueKind::Propagate(_)
                        | ValueKind::This
                        | ValueKind::Index { .. }
                );
                if is_value {
                    return Some(format!("{}.{name}", self.type_within(object, depth)?));
                }
                let of_type = || self.type_within(object, depth).map(|it| format!("{it}.{name}"));
                of_type().or_else(|| Some(format!("{}.{name}", self.path_within(object, depth)?)))
            }
            ValueKind::Call(call) => match self.callee_name(call) {
                // `require("x")` in the middle of an expression.
                Some("require") if facts.language.is_ecmascript() => self.text_argument(call),
                _ => None,
            },
            ValueKind::Fallback { value, .. } => self.path_within(*value, depth),
            _ => None,
        }
    }

    fn text_argument(&self, call: &Call) -> Option<String> {
        match &self.facts[call.positional(0)?.value].kind {
            ValueKind::Text(text) => Some(module_path(&text.literal()?)),
            _ => None,
        }
    }

    fn name_path(&self, value: ValueId, name: &str, depth: u32) -> Option<String> {
        let facts = self.facts;
        let stores = facts.stores_of(name, facts[value].scope);
        if stores.is_empty() {
            return Some(name.to_owned());
        }
        let whole: Vec<StoreId> = stores.into_iter().filter(|it| facts[*it].place.path.is_empty()).collect();
        if whole.len() > MOST_STORES {
            return None;
        }
        let reaching = self.reaching(value, &whole);
        // `try: import a except ImportError: a = None` leaves one path.
        let mut paths = reaching.iter().filter_map(|it| self.store_path(*it, depth));
        let first = paths.next()?;
        paths.all(|it| it == first).then_some(first)
    }

    fn store_path(&self, store: StoreId, depth: u32) -> Option<String> {
        let facts = self.facts;
        let it = &facts[store];
        match it.kind {
            StoreKind::Import(import) => self.import_path(&facts[import]),
            StoreKind::Function(_) | StoreKind::Class(_) | StoreKind::Parameter(_) | StoreKind::Error => None,
            _ => {
                let value = facts.past_transparent(it.value?);
                let is_alias = matches!(facts[value].kind, ValueKind::Name(_) | ValueKind::Member { .. });
                let mut path = if is_alias {
                    self.path_within(value, depth)?
                } else {
                    self.type_or_none(value, &it.projection, depth)?
                };
                for step in &it.projection {
                    match step {
                        crate::facts::Step::Key(key, _) => path = format!("{path}.{key}"),
                        _ => return None,
                    }
                }
                Some(path)
            }
        }
    }

    /// A destructured call's members are members of its type; a plain variable's path is found by its type instead.
    fn type_or_none(&self, value: ValueId, projection: &[crate::facts::Step], depth: u32) -> Option<String> {
        if projection.is_empty() { None } else { self.type_within(value, depth) }
    }

    /// The path that an import gives its local name; none for the project's own modules.
    pub fn import_path(&self, import: &Import) -> Option<String> {
        let module = &*import.module;
        if module.starts_with('.')
            || module.starts_with("crate")
            || module.starts_with("super")
            || module.starts_with('@') && module.starts_with("@/")
        {
            return None;
        }
        let module = module_path(module);
        Some(match import.name.as_deref() {
            Some(name) => format!("{module}.{name}"),
            None => module,
        })
    }

    /// The type of an object: the path of the class or constructor it was made with.
    pub fn type_of(&self, value: ValueId) -> Option<String> {
        self.type_within(value, DEPTH)
    }

    fn type_within(&self, value: ValueId, depth: u32) -> Option<String> {
        if let Some(known) = self.types.borrow().get(&value) {
            return known.clone();
        }
        // A type that is asked for while it is being found is none.
        self.types.borrow_mut().insert(value, None);
        let res = self.find_type(value, depth.checked_sub(1)?);
        self.types.borrow_mut().insert(value, res.clone());
        res
    }

    fn find_type(&self, value: ValueId, depth: u32) -> Option<String> {
        let facts = self.facts;
        let value = self.past_passing(value);
        match &facts[value].kind {
            ValueKind::Call(call) => self.type_of_call(call, depth).or_else(|| self.type_of_origins(value, depth)),
            ValueKind::Name(_)
            | ValueKind::Member { .. }
            | ValueKind::Index { .. }
            | ValueKind::Control(_)
            | ValueKind::Fallback { .. }
            | ValueKind::Choice { .. } => self.type_of_origins(value, depth),
            _ => None,
        }
    }

    fn type_of_origins(&self, value: ValueId, depth: u32) -> Option<String> {
        let origins = self.origins(value);
        let types: Vec<String> = origins
            .all
            .iter()
            .filter_map(|it| match it {
                Origin::Value(it) if *it != value => self.type_within(*it, depth),
                Origin::Parameter(store) => self.path_within(self.parameter_annotation(*store)?, depth),
                _ => None,
            })
            .collect();
        let first = types.first()?.clone();
        if types.iter().all(|it| *it == first) { Some(first) } else { None }
    }

    fn parameter_annotation(&self, store: StoreId) -> Option<ValueId> {
        let parameters = &self.facts.function(FunctionId(store.chunk)).parameters;
        parameters.iter().find(|it| it.store == Some(store))?.annotation
    }

    fn type_of_call(&self, call: &Call, depth: u32) -> Option<String> {
        let path = self.path_within(call.callee, depth)?;
        if let Some(returned) = self.libraries.returns(&path) {
            return Some(returned.to_owned());
        }
        if call.constructs {
            return Some(path);
        }
        match self.facts.language {
            // Python: a call of a capitalised name makes an instance.
            Language::Python => capitalised_tail(&path).then_some(path),
            // Rust: `Type::constructor(…)` and builder methods that keep the type are told by the tables.
            Language::Rust => {
                let (of, method) = path.rsplit_once('.')?;
                let makes = ["new", "default", "from_env", "with_config", "builder", "create"].contains(&method)
                    || method.starts_with("new_");
                (capitalised_tail(of) && makes).then(|| of.to_owned())
            }
            _ => None,
        }
    }

    /// Past forms that do not change the type: `await`, `?`, `.unwrap()`, `.clone()`.
    fn past_passing(&self, value: ValueId) -> ValueId {
        let facts = self.facts;
        let mut at = value;
        for _ in 0..DEPTH {
            at = match &facts[at].kind {
                ValueKind::Transparent(inner) | ValueKind::Await(inner) | ValueKind::Propagate(inner) => *inner,
                ValueKind::Call(call) if facts.language == Language::Rust => match self.method_row(call) {
                    Some(Row::Passes(crate::catalog::libraries::Passed::Receiver)) => match self.receiver(call) {
                        Some(receiver) => receiver,
                        None => return at,
                    },
                    _ => return at,
                },
                _ => return at,
            };
        }
        at
    }

    /// What the tables say of a method by its name alone.
    pub fn method_row(&self, call: &Call) -> Option<&'static Row> {
        self.receiver(call)?;
        let libraries: &'static Libraries = Libraries::of(self.facts.language);
        libraries.method(self.callee_name(call)?)
    }

    /// What the tables say of a call: by its path, else by its method's name.
    pub fn call_row(&self, value: ValueId) -> Option<&'static Row> {
        let call = self.facts.call(value)?;
        let libraries: &'static Libraries = Libraries::of(self.facts.language);
        let by_path = self.path(call.callee).and_then(|path| libraries.row(&path));
        by_path.or_else(|| self.method_row(call))
    }

    /// What the tables say of a call by its path alone.
    pub fn path_row(&self, call: &Call) -> Option<&'static Row> {
        let libraries: &'static Libraries = Libraries::of(self.facts.language);
        libraries.row(&self.path(call.callee)?)
    }

    /// The argument that a table row speaks of, through options maps.
    pub fn argument(&self, call: &Call, argument: &Argument) -> Option<ValueId> {
        argument.0.iter().find_map(|spot| {
            let root = match &spot.root {
                SpotRoot::Position(n) => call.positional(*n).filter(|it| !it.spread)?.value,
                SpotRoot::Keyword(name) => self.keyword(call, name)?,
            };
            spot.keys.iter().try_fold(root, |at, key| self.map_entry(at, key).or_else(|| self.entry_of(at, key)))
        })
    }

    /// A keyword argument, or the entry of a map that is unpacked into the keywords.
    pub fn keyword(&self, call: &Call, name: &str) -> Option<ValueId> {
        if let Some(given) = call.named(name) {
            return Some(given.value);
        }
        let unpacked = call.arguments.iter().filter(|it| it.spread && it.name.is_none());
        unpacked.filter_map(|it| self.entry_of(it.value, name)).next()
    }

    /// The value under a key of a map, whatever was put in last.
    pub fn entry_of(&self, map: ValueId, key: &str) -> Option<ValueId> {
        self.map(map).entries.into_iter().rev().find(|it| it.key.as_deref() == Some(key)).map(|it| it.value)
    }

    /// The value under a key of a map literal that a value certainly is.
    pub fn map_entry(&self, value: ValueId, key: &str) -> Option<ValueId> {
        let origin = self.origins(value).single_value().or_else(|| self.origins(value).values().next())?;
        let ValueKind::Map(map) = &self.facts[origin].kind else { return None };
        let direct = map.entries.iter().rev().find_map(|entry| match entry {
            Entry::Pair { key: it, value, .. } => match &self.facts[*it].kind {
                ValueKind::Text(text) if text.literal().as_deref() == Some(key) => Some(*value),
                _ => None,
            },
            Entry::Spread(_) => None,
        });
        direct.or_else(|| {
            map.entries.iter().find_map(|entry| match entry {
                Entry::Spread(inner) if facts_is_map(self, *inner) => self.map_entry(*inner, key),
                _ => None,
            })
        })
    }
}

/// Whether following a spread ends: it names another value than the map it stands in.
fn facts_is_map(resolver: &Resolver<'_>, value: ValueId) -> bool {
    let origin = resolver.origins(value).single_value();
    origin.is_some_and(|it| it < value && matches!(resolver.facts[it].kind, ValueKind::Map(_)))
}

/// A module as the tables write it: Rust's `::` as `.`, without Node's `node:`.
fn module_path(module: &str) -> String {
    module.strip_prefix("node:").unwrap_or(module).replace("::", ".")
}

fn capitalised_tail(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|it| it.starts_with(|first: char| first.is_ascii_uppercase()))
}
