//! The language-neutral program: what a file's code says, in no language's syntax.
//!
//! Adapters (`syntax/`) build it, `usage/` reads it. Nothing here knows a provider or a library.
//!
//! A file is a set of [`Chunk`]s: chunk 0 is the module level, each further one a function. A chunk's ranges are relative
//! to its base offset and its ids name the chunk's own slot, so an unchanged function's chunk can be kept when the text
//! around it moves. Ids are looked up through [`Facts`], which also turns relative ranges into absolute ones.
//!
//! Within a chunk values stand in evaluation order: an operand before its operator, an argument before its call.

mod build;
mod dump;
pub mod graph;
mod index;
mod names;

mod program;
mod settle;
mod value;

pub use build::{Builder, FunctionParts, Mark};
pub use program::*;
pub use value::*;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::Index;

use crate::language::Language;
use crate::text::TextRange;

/// Names one node of the program: the chunk's slot and the place in that chunk's arena.
pub struct Id<T> {
    /// The slot of the chunk.
    pub chunk: u32,
    /// The place in the arena.
    pub index: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    pub(crate) fn new(chunk: u32, index: u32) -> Self {
        Self { chunk, index, of: PhantomData }
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.chunk, self.index) == (other.chunk, other.index)
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.chunk, self.index).cmp(&(other.chunk, other.index))
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.chunk, self.index).hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.chunk, self.index)
    }
}

/// Names a [`Value`].
pub type ValueId = Id<Value>;
/// Names a [`Statement`].
pub type StatementId = Id<Statement>;
/// Names a [`Block`].
pub type BlockId = Id<Block>;
/// Names a [`Scope`].
pub type ScopeId = Id<Scope>;
/// Names a [`Class`].
pub type ClassId = Id<Class>;
/// Names a [`Store`].
pub type StoreId = Id<Store>;
/// Names an [`Import`].
pub type ImportId = Id<Import>;

/// Names a function by the slot of its chunk. Slot 0 is the module level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

impl FunctionId {
    /// The module level, which is treated as a function that runs once.
    pub const MODULE: Self = Self(0);
}

/// A range relative to the base of its chunk; only [`Facts::at`] makes an absolute one of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct RelativeRange(pub(crate) TextRange);

/// The facts of one function, or of the module level.
#[derive(Debug)]
pub struct Chunk {
    pub(crate) base: u32,
    pub(crate) function: Function,
    pub(crate) values: Vec<Value>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) classes: Vec<Class>,
    pub(crate) stores: Vec<Store>,
    pub(crate) imports: Vec<Import>,
    /// The innermost statement around each value, counted from 1.
    pub(crate) statement_of: Vec<Option<NonZeroU32>>,
}

/// The facts of one document.
#[derive(Debug)]
pub struct Facts {
    /// The language the facts were lowered from.
    pub language: Language,
    /// Comments in source order.
    pub comments: Vec<Comment>,
    /// Environment variables that the document defines (dotenv family), in source order.
    pub definitions: Vec<Definition>,
    /// Test code inside a file of its own right (`#[cfg(test)] mod`, `#[test] fn`), in source order.
    pub test_ranges: Vec<TextRange>,
    /// The root of the tree is an error: only rules with literal proof may speak.
    pub broken: bool,
    chunks: Vec<Chunk>,
    names: names::Names,
}

impl Facts {
    /// The chunk that holds a function.
    pub fn chunk(&self, function: FunctionId) -> &Chunk {
        &self.chunks[function.0 as usize]
    }

    /// A function's own facts.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.chunk(id).function
    }

    /// Every function, the module level first, in the order in which their source begins.
    pub fn functions(&self) -> impl Iterator<Item = FunctionId> + use<> {
        (0..self.chunks.len() as u32).map(FunctionId)
    }

    /// The function in whose chunk a node stands.
    pub fn function_of<T>(&self, id: Id<T>) -> FunctionId {
        FunctionId(id.chunk)
    }

    /// The absolute range of a relative one of the given chunk.
    pub fn at(&self, chunk: u32, range: RelativeRange) -> TextRange {
        range.0.shifted(self.chunks[chunk as usize].base)
    }

    /// The absolute range of a node.
    pub fn range<T: Node>(&self, id: Id<T>) -> TextRange
    where
        Self: Index<Id<T>, Output = T>,
    {
        self.at(id.chunk, self[id].relative_range())
    }

    /// The absolute range of a whole function.
    pub fn function_range(&self, id: FunctionId) -> TextRange {
        self.at(id.0, self.function(id).range)
    }
}

/// A node with a range of its own.
pub trait Node {
    /// The range within the node's chunk.
    fn relative_range(&self) -> RelativeRange;
}

macro_rules! arena {
    ($($node:ident in $field:ident),* $(,)?) => {$(
        impl Index<Id<$node>> for Facts {
            type Output = $node;
            fn index(&self, id: Id<$node>) -> &$node {
                &self.chunks[id.chunk as usize].$field[id.index as usize]
            }
        }
        impl Node for $node {
            fn relative_range(&self) -> RelativeRange {
                self.range
            }
        }
    )*};
}

arena!(
    Value in values,
    Statement in statements,
    Block in blocks,
    Scope in scopes,
    Class in classes,
    Store in stores,
    Import in imports,
);
