//! Building facts, chunk by chunk, from the leaves up.

use super::names::Names;
use super::settle::{damage_functions, finish, spread_damage};
use super::{
    Block, BlockId, Chunk, Class, ClassId, Comment, Definition, Entry, Facts, Function, FunctionId, Id, Import,
    ImportId, List, Map, Parameter, Parent, Part, Place, RelativeRange, Root, Scope, ScopeId, ScopeKind, Statement,
    StatementId, StatementKind, Store, StoreId, StoreKind, Text, Value, ValueId, ValueKind,
};
use crate::language::Language;
use crate::text::TextRange;

/// How many values the open chunk had at some point; a statement's values are those made since its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(u32);

/// Builds the [`Facts`] of one document. Nodes are made from the leaves up; functions and scopes are opened and closed
/// around the nodes inside them.
pub struct Builder {
    language: Language,
    comments: Vec<Comment>,
    definitions: Vec<Definition>,
    broken: bool,
    damage: Vec<TextRange>,
    test_ranges: Vec<TextRange>,
    open: Vec<Open>,
    finished: Vec<Option<Chunk>>,
}

/// A chunk that is being built.
struct Open {
    slot: u32,
    chunk: Chunk,
    scopes: Vec<ScopeId>,
}

/// What [`Builder::close_function`] needs to know of a function.
#[derive(Debug, Default)]
pub struct FunctionParts {
    /// [`Function::name`] and its absolute range.
    pub name: Option<(Box<str>, TextRange)>,
    /// [`Function::parameters`].
    pub parameters: Vec<Parameter>,
    /// [`Function::body`]; an empty block is made if there is none.
    pub body: Option<BlockId>,
    /// [`Function::is_async`].
    pub is_async: bool,
    /// [`Function::is_generator`].
    pub is_generator: bool,
    /// [`Function::result`].
    pub result: Option<Box<str>>,
    /// The whole function, absolute.
    pub range: TextRange,
}

impl Builder {
    /// Starts a document with its module level open.
    pub fn new(language: Language, length: u32) -> Self {
        let mut res = Self {
            language,
            comments: Vec::new(),
            definitions: Vec::new(),
            broken: false,
            damage: Vec::new(),
            test_ranges: Vec::new(),
            open: Vec::new(),
            finished: Vec::new(),
        };
        res.open_function(TextRange::new(0, length));
        res
    }

    /// The number of values so far in the open chunk.
    pub fn mark(&self) -> Mark {
        Mark(self.top().chunk.values.len() as u32)
    }

    /// An absolute range relative to the open chunk. A range that begins before the chunk (a decorator read from inside
    /// the function) is clipped.
    pub fn relative(&self, range: TextRange) -> RelativeRange {
        let base = self.top().chunk.base;
        let start = range.start.saturating_sub(base);
        RelativeRange(TextRange::new(start, range.end.saturating_sub(base).max(start)))
    }

    /// Opens a function: what is made from now on until [`Self::close_function`] belongs to it. Its scope is open, too.
    pub fn open_function(&mut self, range: TextRange) {
        let slot = self.finished.len() as u32;
        self.finished.push(None);
        let root = Id::new(slot, 0);
        let whole = RelativeRange(TextRange::new(0, range.len()));
        let function = Function {
            name: None,
            name_range: RelativeRange::default(),
            parameters: Vec::new(),
            body: Id::new(slot, 0),
            scope: root,
            parent: self.open.last().map(|it| FunctionId(it.slot)),
            outer_scope: self.open.last().map(Open::scope),
            class: None,
            decorators: Vec::new(),
            is_async: false,
            is_generator: false,
            opaque_flow: false,
            range: whole,
            result: None,
            damaged: false,
        };
        let chunk = Chunk {
            base: range.start,
            function,
            values: Vec::new(),
            statements: Vec::new(),
            blocks: Vec::new(),
            scopes: vec![Scope { kind: ScopeKind::Function, parent: None, range: whole }],
            classes: Vec::new(),
            stores: Vec::new(),
            imports: Vec::new(),
            statement_of: Vec::new(),
        };
        self.open.push(Open { slot, chunk, scopes: vec![root] });
    }

    /// Closes the innermost open function.
    pub fn close_function(&mut self, parts: FunctionParts) -> FunctionId {
        let body = parts.body.unwrap_or_else(|| self.block(Vec::new(), None, TextRange::empty(parts.range.end)));
        let name = parts.name.map(|(name, range)| (name, self.relative(range)));
        let mut done = self.open.pop().expect("every function is closed once");
        let function = &mut done.chunk.function;
        if let Some((name, range)) = name {
            function.name = Some(name);
            function.name_range = range;
        }
        function.parameters = parts.parameters;
        function.body = body;
        function.is_async = parts.is_async;
        function.is_generator |= parts.is_generator;
        function.result = parts.result;
        finish(&mut done.chunk);
        self.finished[done.slot as usize] = Some(done.chunk);
        FunctionId(done.slot)
    }

    /// Says that the innermost open function contains `yield`.
    pub fn mark_generator(&mut self) {
        self.top_mut().chunk.function.is_generator = true;
    }

    /// Says that a macro in the innermost open function may jump.
    pub fn mark_opaque_flow(&mut self) {
        self.top_mut().chunk.function.opaque_flow = true;
    }

    /// Gives a closed function its decorators, which are values of the open chunk.
    pub fn decorate(&mut self, function: FunctionId, decorators: Vec<ValueId>) {
        if let Some(chunk) = &mut self.finished[function.0 as usize] {
            chunk.function.decorators = decorators;
        }
    }

    /// Opens a scope inside the open function.
    pub fn open_scope(&mut self, kind: ScopeKind, range: TextRange) -> ScopeId {
        let range = self.relative(range);
        let parent = Some(self.scope());
        let top = self.top_mut();
        let id = push(top.slot, &mut top.chunk.scopes, Scope { kind, parent, range });
        top.scopes.push(id);
        id
    }

    /// Opens the scope around the open function inside it: Python's defaults and annotations are looked up there.
    pub fn open_outer_scope(&mut self) {
        let outer = self.top().chunk.function.outer_scope.unwrap_or_else(|| self.scope());
        self.top_mut().scopes.push(outer);
    }

    /// Closes the innermost scope.
    pub fn close_scope(&mut self) {
        self.top_mut().scopes.pop();
    }

    /// The innermost open scope.
    pub fn scope(&self) -> ScopeId {
        self.top().scope()
    }

    /// The scope of the innermost open function, where Python names and `var` are declared; inside a class body its scope.
    pub fn function_scope(&self) -> ScopeId {
        let top = self.top();
        let kind = |id: &&ScopeId| id.chunk == top.slot && top.chunk.scopes[id.index as usize].kind != ScopeKind::Block;
        top.scopes.iter().rev().find(kind).copied().expect("a function's own scope is open as long as it is")
    }

    /// Makes a value in the innermost scope.
    pub fn value(&mut self, kind: ValueKind, range: TextRange) -> ValueId {
        let (range, scope) = (self.relative(range), self.scope());
        let top = self.top_mut();
        push(top.slot, &mut top.chunk.values, Value { kind, range, parent: Parent::None, scope })
    }

    /// Makes a text without holes whose cooked text is its source text.
    pub fn bare_text(&mut self, text: &str, range: TextRange) -> ValueId {
        let part = Part::Literal { text: text.into(), range: self.relative(range) };
        self.value(ValueKind::Text(Text { parts: vec![part], form: super::TextForm::Bare }), range)
    }

    /// What a value is, while it can still be changed.
    pub fn kind(&self, id: ValueId) -> Option<&ValueKind> {
        let top = self.top();
        (id.chunk == top.slot).then(|| &top.chunk.values[id.index as usize].kind)
    }

    /// Takes a value's kind to build a larger one of it; [`ValueKind::Unknown`] is left behind, unparented and silent.
    pub fn take_kind(&mut self, id: ValueId) -> ValueKind {
        let top = self.top_mut();
        debug_assert_eq!(id.chunk, top.slot, "a value belongs to the open chunk");
        std::mem::replace(&mut top.chunk.values[id.index as usize].kind, ValueKind::Unknown)
    }

    /// Gives a value another kind, where only its surroundings show what it is (`a || b` in a condition).
    pub fn set_kind(&mut self, id: ValueId, kind: ValueKind) {
        let top = self.top_mut();
        debug_assert_eq!(id.chunk, top.slot, "a value belongs to the open chunk");
        top.chunk.values[id.index as usize].kind = kind;
    }

    /// The absolute range of a value of the open chunk.
    pub fn value_range(&self, id: ValueId) -> TextRange {
        let chunk = &self.top().chunk;
        chunk.values[id.index as usize].range.0.shifted(chunk.base)
    }

    /// The absolute range of a relative one of the open chunk.
    pub fn absolute(&self, range: RelativeRange) -> TextRange {
        range.0.shifted(self.top().chunk.base)
    }

    /// Makes a statement of the values made since `mark`.
    pub fn statement(&mut self, kind: StatementKind, range: TextRange, mark: Mark) -> StatementId {
        let range = self.relative(range);
        let top = self.top_mut();
        let values = (mark.0, top.chunk.values.len() as u32);
        let statement = Statement { kind, range, block: None, values, damaged: false };
        push(top.slot, &mut top.chunk.statements, statement)
    }

    /// Makes a statement of the values made between two marks, for one that is made when later ones have been lowered.
    pub fn statement_between(&mut self, kind: StatementKind, range: TextRange, from: Mark, to: Mark) -> StatementId {
        let id = self.statement(kind, range, from);
        self.top_mut().chunk.statements[id.index as usize].values.1 = to.0;
        id
    }

    /// The mark behind a value of the open chunk.
    pub fn mark_after(&self, value: ValueId) -> Mark {
        debug_assert_eq!(value.chunk, self.top().slot, "a value belongs to the open chunk");
        Mark(value.index + 1)
    }

    /// A statement's kind, for an outer form that completes it (a label for its loop).
    pub fn statement_kind_mut(&mut self, id: StatementId) -> &mut StatementKind {
        &mut self.top_mut().chunk.statements[id.index as usize].kind
    }

    /// Makes a statement reach to the end of what is written around it (its `;`).
    pub fn widen_statement(&mut self, id: StatementId, range: TextRange) {
        let range = self.relative(range);
        let statement = &mut self.top_mut().chunk.statements[id.index as usize];
        statement.range = RelativeRange(statement.range.0.cover(range.0));
    }

    /// Makes a block.
    pub fn block(&mut self, statements: Vec<StatementId>, tail: Option<ValueId>, range: TextRange) -> BlockId {
        let range = self.relative(range);
        let top = self.top_mut();
        push(top.slot, &mut top.chunk.blocks, Block { statements, tail, range, owner: None })
    }

    /// Makes a class from an opened class scope.
    pub fn class(&mut self, class: Class) -> ClassId {
        let top = self.top_mut();
        push(top.slot, &mut top.chunk.classes, class)
    }

    /// Gives a class its decorators.
    pub fn decorate_class(&mut self, class: ClassId, decorators: Vec<ValueId>) {
        self.top_mut().chunk.classes[class.index as usize].decorators = decorators;
    }

    /// Says which class a closed function is a method of.
    pub fn set_class(&mut self, function: FunctionId, class: ClassId) {
        if let Some(chunk) = &mut self.finished[function.0 as usize] {
            chunk.function.class = Some(class);
        }
    }

    /// Makes a store.
    pub fn store(&mut self, store: Store) -> StoreId {
        let top = self.top_mut();
        push(top.slot, &mut top.chunk.stores, store)
    }

    /// A store that can still be changed.
    pub fn store_mut(&mut self, id: StoreId) -> &mut Store {
        &mut self.top_mut().chunk.stores[id.index as usize]
    }

    /// Makes a store that declares a plain name.
    pub fn declare(
        &mut self,
        name: &str,
        kind: StoreKind,
        value: Option<ValueId>,
        scope: ScopeId,
        range: TextRange,
    ) -> StoreId {
        let relative = self.relative(range);
        self.store(Store {
            place: Place { root: Root::Name(name.into()), path: Vec::new(), range: relative },
            value,
            projection: Vec::new(),
            kind,
            declares: true,
            scope,
            statement: None,
            annotation: None,
            range: relative,
        })
    }

    /// Makes an import and the store of its local name, which the whole function sees.
    pub fn import(&mut self, import: Import, local_range: TextRange) -> ImportId {
        let scope = self.function_scope();
        self.import_in(scope, import, local_range)
    }

    /// Makes an import and the store of its local name in a scope.
    pub fn import_in(&mut self, scope: ScopeId, import: Import, local_range: TextRange) -> ImportId {
        let local = import.local.clone();
        let top = self.top_mut();
        let id = push(top.slot, &mut top.chunk.imports, import);
        if let Some(local) = local {
            self.declare(&local, StoreKind::Import(id), None, scope, local_range);
        }
        id
    }

    /// Records a comment.
    pub fn comment(&mut self, range: TextRange) {
        self.comments.push(Comment { range });
    }

    /// Records an environment definition.
    pub fn definition(&mut self, definition: Definition) {
        self.definitions.push(definition);
    }

    /// Says that the source is damaged in this range: the statements and the function that hold it are.
    pub fn damage(&mut self, range: TextRange) {
        self.damage.push(range);
    }

    /// Says that this part of the source is test code.
    pub fn test_range(&mut self, range: TextRange) {
        self.test_ranges.push(range);
    }

    /// Says that the whole document is beyond reading.
    pub fn mark_broken(&mut self) {
        self.broken = true;
    }

    /// Closes the module level and yields the facts.
    pub fn finish(mut self, body: Option<BlockId>, range: TextRange) -> Facts {
        while self.open.len() > 1 {
            self.close_function(FunctionParts { range, ..FunctionParts::default() });
        }
        self.close_function(FunctionParts { body, range, ..FunctionParts::default() });
        let mut chunks: Vec<Chunk> =
            self.finished.into_iter().map(|it| it.expect("every open function was closed")).collect();
        self.damage.sort_by_key(|it| it.start);
        chunks.iter_mut().for_each(|it| spread_damage(it, &self.damage));
        damage_functions(&mut chunks, &self.damage);
        self.comments.sort_by_key(|it| it.range.start);
        self.test_ranges.sort();
        let mut facts = Facts {
            language: self.language,
            comments: self.comments,
            definitions: self.definitions,
            test_ranges: self.test_ranges,
            broken: self.broken,
            chunks,
            names: Names::default(),
        };
        facts.names = Names::of(&facts);
        facts
    }

    fn top(&self) -> &Open {
        self.open.last().expect("the module level is open until the end")
    }

    fn top_mut(&mut self) -> &mut Open {
        self.open.last_mut().expect("the module level is open until the end")
    }
}

impl Open {
    fn scope(&self) -> ScopeId {
        *self.scopes.last().expect("a function's own scope is open as long as it is")
    }
}

fn push<T>(slot: u32, arena: &mut Vec<T>, node: T) -> Id<T> {
    arena.push(node);
    Id::new(slot, arena.len() as u32 - 1)
}

impl Map {
    /// A map of these entries.
    pub fn of(entries: Vec<Entry>) -> Self {
        Self { entries, record: None }
    }
}

impl List {
    /// A list of these items.
    pub fn of(items: Vec<ValueId>) -> Self {
        Self { items }
    }
}
