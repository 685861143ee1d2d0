//! Walking the finished program: what stands where, and which stores a name can mean.

use super::settle::each_block;
use super::{
    Block, BlockId, Call, Class, ClassId, Facts, FunctionId, Id, Import, ImportId, Parent, Root, ScopeId, Statement,
    StatementId, StatementKind, Store, StoreId, Value, ValueId, ValueKind,
};

use crate::text::TextRange;

impl Facts {
    /// Every value, function by function, in evaluation order.
    pub fn values(&self) -> impl Iterator<Item = (ValueId, &Value)> {
        self.chunks.iter().enumerate().flat_map(|(slot, chunk)| numbered(slot, &chunk.values))
    }

    /// Every statement.
    pub fn statements(&self) -> impl Iterator<Item = (StatementId, &Statement)> {
        self.chunks.iter().enumerate().flat_map(|(slot, chunk)| numbered(slot, &chunk.statements))
    }

    /// Every store.
    pub fn stores(&self) -> impl Iterator<Item = (StoreId, &Store)> {
        self.chunks.iter().enumerate().flat_map(|(slot, chunk)| numbered(slot, &chunk.stores))
    }

    /// Every class.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.chunks.iter().enumerate().flat_map(|(slot, chunk)| numbered(slot, &chunk.classes))
    }

    /// Every import.
    pub fn imports(&self) -> impl Iterator<Item = (ImportId, &Import)> {
        self.chunks.iter().enumerate().flat_map(|(slot, chunk)| numbered(slot, &chunk.imports))
    }

    /// Every call.
    pub fn calls(&self) -> impl Iterator<Item = (ValueId, &Call)> {
        self.values().filter_map(|(id, value)| match &value.kind {
            ValueKind::Call(call) => Some((id, call)),
            _ => None,
        })
    }

    /// Every call of a function, those of nested functions left out.
    pub fn calls_in(&self, function: FunctionId) -> impl Iterator<Item = (ValueId, &Call)> {
        numbered(function.0 as usize, &self.chunk(function).values).filter_map(|(id, value)| match &value.kind {
            ValueKind::Call(call) => Some((id, call)),
            _ => None,
        })
    }

    /// The values lowered from a statement, nested statements' included but for nested functions', in evaluation order.
    pub fn values_in(&self, statement: StatementId) -> impl Iterator<Item = ValueId> + use<> {
        let (from, to) = self[statement].values;
        (from..to).map(move |index| Id::new(statement.chunk, index))
    }

    /// The innermost statement around a value; `None` for decorators, defaults and bases.
    pub fn statement_of(&self, value: ValueId) -> Option<StatementId> {
        let index = self.chunks[value.chunk as usize].statement_of[value.index as usize]?;
        Some(Id::new(value.chunk, index.get() - 1))
    }

    /// The value around a value.
    pub fn parent_value(&self, value: ValueId) -> Option<ValueId> {
        match self[value].parent {
            Parent::Value(parent) => Some(parent),
            _ => None,
        }
    }

    /// The value around a value, past transparent ones (`(x)`, `&x`, `x as T`).
    pub fn parent_past_transparent(&self, value: ValueId) -> Option<ValueId> {
        let mut at = self.parent_value(value)?;
        while matches!(self[at].kind, ValueKind::Transparent(_)) {
            at = self.parent_value(at)?;
        }
        Some(at)
    }

    /// The value inside transparent ones.
    pub fn past_transparent(&self, value: ValueId) -> ValueId {
        let mut at = value;
        while let ValueKind::Transparent(inner) = self[at].kind {
            at = inner;
        }
        at
    }

    /// The blocks that a statement owns, in source order.
    pub fn blocks_of(&self, statement: StatementId) -> Vec<BlockId> {
        let mut res = Vec::new();
        each_block(&self[statement].kind, |it| res.push(it));
        res
    }

    /// The statements around a statement, from the inside out, within its function.
    pub fn enclosing(&self, statement: StatementId) -> impl Iterator<Item = StatementId> {
        std::iter::successors(self.owner(statement), |it| self.owner(*it))
    }

    fn owner(&self, statement: StatementId) -> Option<StatementId> {
        self[self[statement].block?].owner
    }

    /// The blocks around a statement, from the inside out, within its function.
    pub fn blocks_around(&self, statement: StatementId) -> impl Iterator<Item = BlockId> {
        let outer = |block: &BlockId| self[self[*block].owner?].block;
        std::iter::successors(self[statement].block, outer)
    }

    /// The call that a value is; past transparent values.
    pub fn call(&self, value: ValueId) -> Option<&Call> {
        match &self[self.past_transparent(value)].kind {
            ValueKind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Where the name of a member stands.
    pub fn member_name_range(&self, value: ValueId) -> Option<TextRange> {
        match self[self.past_transparent(value)].kind {
            ValueKind::Member { name_range, .. } => Some(self.at(value.chunk, name_range)),
            _ => None,
        }
    }

    /// Whether a value stands where the source is damaged: its statement is, or it has none and its function is.
    pub fn is_damaged(&self, value: ValueId) -> bool {
        let function = || self.function(self.function_of(value)).damaged;
        self.broken || self.statement_of(value).map_or_else(function, |it| self[it].damaged)
    }

    /// The function whose store or statement declares `name` as seen from `scope`.
    pub fn function_named(&self, name: &str, scope: ScopeId) -> Option<FunctionId> {
        self.stores_of(name, scope).into_iter().find_map(|it| self.function_stored(it))
    }

    /// The function that a store stores: a declaration, or an assigned closure.
    pub fn function_stored(&self, store: StoreId) -> Option<FunctionId> {
        let store = &self[store];
        if !store.place.path.is_empty() || !store.projection.is_empty() {
            return None;
        }
        if let super::StoreKind::Function(function) = store.kind {
            return Some(function);
        }
        match self[self.past_transparent(store.value?)].kind {
            ValueKind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The class whose method a function is, or is nested in.
    pub fn class_around(&self, function: FunctionId) -> Option<ClassId> {
        let mut at = Some(function);
        while let Some(function) = at {
            if let Some(class) = self.function(function).class {
                return Some(class);
            }
            at = self.function(function).parent;
        }
        None
    }

    /// The classes that are the same type as `class`: itself, and for Rust every `impl` of that name.
    pub fn same_class(&self, class: ClassId) -> Vec<ClassId> {
        let name = &self[class].name;
        let same = |(id, other): &(ClassId, &Class)| *id == class || (other.name.is_some() && other.name == *name);
        self.classes().filter(same).map(|(id, _)| id).collect()
    }

    /// The methods of a class, those of its other `impl`s included.
    pub fn methods(&self, class: ClassId) -> Vec<FunctionId> {
        let classes = self.same_class(class);
        let is_method = |it: &FunctionId| self.function(*it).class.is_some_and(|it| classes.contains(&it));
        self.functions().filter(is_method).collect()
    }

    /// A class's method of this name.
    pub fn method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        self.methods(class).into_iter().find(|it| self.function(*it).name.as_deref() == Some(name))
    }

    /// Every store to `self.name` in the methods of a class, and to `name` in its body.
    pub fn member_stores(&self, class: ClassId, name: &str) -> Vec<StoreId> {
        let classes = self.same_class(class);
        let is_key =
            |store: &Store| matches!(store.place.path.first(), Some(super::Step::Key(key, _)) if **key == *name);
        let through_this = |id: StoreId, store: &Store| {
            store.place.root == Root::This
                && is_key(store)
                && self.class_around(FunctionId(id.chunk)).is_some_and(|it| classes.contains(&it))
        };
        let in_body = |store: &Store| {
            let here = classes.iter().any(|it| self[*it].scope == store.scope);
            here && (matches!(&store.place.root, Root::Name(it) if **it == *name)
                || (store.place.root == Root::This && is_key(store)))
        };
        self.stores().filter(|(id, store)| through_this(*id, store) || in_body(store)).map(|(id, _)| id).collect()
    }

    /// Whether a block's statement list, or that of a block inside it, holds this statement.
    pub fn block_holds(&self, block: BlockId, statement: StatementId) -> bool {
        self.blocks_around(statement).any(|it| it == block)
    }

    /// The statements of a block and of all blocks inside it, in source order.
    pub fn statements_in(&self, block: BlockId) -> Vec<StatementId> {
        let mut res = Vec::new();
        let mut todo: Vec<StatementId> = self[block].statements.iter().rev().copied().collect();
        while let Some(at) = todo.pop() {
            res.push(at);
            let inner = self.blocks_of(at);
            todo.extend(inner.iter().rev().flat_map(|it| self[*it].statements.iter().rev().copied()));
        }
        res
    }

    /// The loops around a statement, from the inside out, within its function.
    pub fn loops_around(&self, statement: StatementId) -> impl Iterator<Item = StatementId> {
        self.enclosing(statement).filter(|it| matches!(self[*it].kind, StatementKind::Loop(_)))
    }

    /// A function's body.
    pub fn body(&self, function: FunctionId) -> &Block {
        &self[self.function(function).body]
    }
}

fn numbered<T>(slot: usize, arena: &[T]) -> impl Iterator<Item = (Id<T>, &T)> {
    arena.iter().enumerate().map(move |(index, it)| (Id::new(slot as u32, index as u32), it))
}
