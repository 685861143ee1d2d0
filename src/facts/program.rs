//! Statements, blocks, functions, classes, scopes, stores, imports, comments and environment definitions.

use super::{BlockId, ClassId, FunctionId, ImportId, RelativeRange, ScopeId, StatementId, StoreId, ValueId};
use crate::text::TextRange;

/// A statement.
#[derive(Debug)]
pub struct Statement {
    /// What it does.
    pub kind: StatementKind,
    /// Where it stands, its final `;` included, a line break not.
    pub range: RelativeRange,
    /// The block it stands in. Set when its chunk is finished; a [`super::ValueKind::Control`]'s statement has the block of
    /// the statement around it.
    pub block: Option<BlockId>,
    /// The places in the chunk's value arena that were lowered from it, those of nested statements included.
    pub values: (u32, u32),
    /// The statement holds an error or lacks a required piece; its values are unknown, its literals are not.
    pub damaged: bool,
}

/// The kinds of statements.
#[derive(Debug)]
pub enum StatementKind {
    /// An expression for its effect.
    Expression(ValueId),
    /// Assignments and declarations.
    Store(Vec<StoreId>),
    /// Leaves the function with a value.
    Return(Option<ValueId>),
    /// `raise`, `throw`; without a value Python's re-raise.
    Raise(Option<ValueId>),
    /// Leaves the loop with this label, or the innermost one; Rust may carry a value.
    Break {
        /// The label without its quote or colon. A JavaScript `break` that leaves a `switch` from inside a branch has the
        /// label `switch`, which no loop has; one that ends a case is no statement.
        label: Option<Box<str>>,
        /// Rust's `break value`.
        value: Option<ValueId>,
    },
    /// Begins the next round of the loop with this label, or of the innermost one.
    Continue {
        /// The label without its quote or colon.
        label: Option<Box<str>>,
    },
    /// `if`, `if let`, `let … else` (with an empty `then`); `elif` is a branch alone in `otherwise`.
    Branch {
        /// What decides.
        test: Test,
        /// Taken if it holds.
        then: BlockId,
        /// Taken otherwise.
        otherwise: Option<BlockId>,
    },
    /// `match`, `switch`.
    Match {
        /// What is looked at.
        subject: ValueId,
        /// The arms in order. A JavaScript case that falls through to the next has `falls_through`.
        arms: Vec<Arm>,
    },
    /// A loop.
    Loop(Loop),
    /// `try`.
    Try {
        /// What is tried.
        body: BlockId,
        /// The handlers in order.
        handlers: Vec<Handler>,
        /// Python's `else`: runs after the body if nothing was raised.
        otherwise: Option<BlockId>,
        /// Runs in any case.
        finally: Option<BlockId>,
    },
    /// Python's `with`, Rust's `unsafe` and `async` blocks, JavaScript's `using`: runs once, items first.
    With {
        /// What is entered.
        items: Vec<ValueId>,
        /// The body.
        body: BlockId,
    },
    /// A block for its scope.
    Block(BlockId),
    /// A function declaration.
    Function(FunctionId),
    /// A class, an `impl`, a `trait`.
    Class(ClassId),
    /// Imports.
    Import(Vec<ImportId>),
    /// Anything else that evaluates values: `assert`, `del`, `print`.
    Other(Vec<ValueId>),
}

/// What a branch or a loop asks.
#[derive(Debug)]
pub enum Test {
    /// Whether a value is true.
    Value(ValueId),
    /// Whether a value fits a pattern (`if let Ok(x) = call()`).
    Pattern {
        /// The pattern.
        pattern: Pattern,
        /// The value.
        subject: ValueId,
    },
}

/// A pattern. What it binds are stores of the arm's block, projected from the subject.
#[derive(Debug, Default)]
pub struct Pattern {
    /// The last segment of each alternative's variant (`Ok`, `Err`, `Some`, `None`, `Timeout`), `_` for one that fits
    /// anything.
    pub variants: Vec<Box<str>>,
    /// The literal values among its alternatives (`429`, `"stop"`).
    pub literals: Vec<ValueId>,
    /// Where it stands.
    pub range: RelativeRange,
}

/// An arm of a match.
#[derive(Debug)]
pub struct Arm {
    /// What it fits.
    pub pattern: Pattern,
    /// What must hold besides.
    pub guard: Option<ValueId>,
    /// What runs.
    pub body: BlockId,
    /// Control runs on into the next arm (a `case` without `break`).
    pub falls_through: bool,
}

/// A loop.
#[derive(Debug)]
pub struct Loop {
    /// Which kind.
    pub kind: LoopKind,
    /// What is asked before each round (after it, for `do … while`).
    pub test: Option<Test>,
    /// The third part of a counting `for`.
    pub update: Option<ValueId>,
    /// The body.
    pub body: BlockId,
    /// Python's `else`: runs when the loop ends without `break`.
    pub otherwise: Option<BlockId>,
    /// The label without its quote or colon.
    pub label: Option<Box<str>>,
}

/// The kinds of loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    /// `loop`, `for (;;)`; `while True` is a [`LoopKind::While`] with a constant test.
    Forever,
    /// `while`, `do … while`.
    While,
    /// `for x in xs`, `for (const x of xs)`; the element is a store projected from the iterable.
    Each(ValueId),
    /// `for (init; test; update)`; the initialiser is a statement of its own before the loop, in a block around both.
    Count,
}

/// A handler of a `try`.
#[derive(Debug)]
pub struct Handler {
    /// The types it catches, as values; none if it catches everything.
    pub types: Vec<ValueId>,
    /// The name the error is bound to.
    pub binding: Option<StoreId>,
    /// What runs.
    pub body: BlockId,
    /// The handler, its keyword included.
    pub range: RelativeRange,
}

/// A sequence of statements.
#[derive(Debug)]
pub struct Block {
    /// The statements in order.
    pub statements: Vec<StatementId>,
    /// A Rust block's value: its last expression, without `;`.
    pub tail: Option<ValueId>,
    /// Where it stands: from the first statement to the last for Python, with the braces elsewhere.
    pub range: RelativeRange,
    /// The statement it belongs to; `None` for a function's body. Set when its chunk is finished.
    pub owner: Option<StatementId>,
}

/// A function, a method, a closure, or the module level.
#[derive(Debug)]
pub struct Function {
    /// Its name; closures and the module level have none (an arrow function stored in a name has a store).
    pub name: Option<Box<str>>,
    /// Where the name stands.
    pub name_range: RelativeRange,
    /// Its parameters in order, `self` left out.
    pub parameters: Vec<Parameter>,
    /// What runs. An arrow function with an expression body has a block with one [`StatementKind::Return`].
    pub body: BlockId,
    /// The scope of its parameters and of what it declares.
    pub scope: ScopeId,
    /// The function around it; `None` for the module level.
    pub parent: Option<FunctionId>,
    /// The scope, in the parent's chunk, that its name and body see.
    pub outer_scope: Option<ScopeId>,
    /// The class it is a method of, in the parent's chunk.
    pub class: Option<ClassId>,
    /// Decorators, in the parent's chunk, outermost first.
    pub decorators: Vec<ValueId>,
    /// `async`.
    pub is_async: bool,
    /// Contains `yield`.
    pub is_generator: bool,
    /// A macro that is not understood may jump (`await`, `break`, `continue`, `return`): flow through the function's loops is
    /// unknown.
    pub opaque_flow: bool,
    /// The function from its first keyword to its end, decorators left out.
    pub range: RelativeRange,
    /// The text of the declared result type, if there is one.
    pub result: Option<Box<str>>,
    /// The function, nested ones left out, holds an error or an empty body where one is required: rules of absence, flow
    /// and shape stay silent.
    pub damaged: bool,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name; `None` for a destructured one.
    pub name: Option<Box<str>>,
    /// The store that declares it; `None` for a destructured one.
    pub store: Option<StoreId>,
    /// The default.
    pub default: Option<ValueId>,
    /// The type's leading path as a name or member value (`&Client<C>` gives `Client`, `Optional[OpenAI]` gives `OpenAI`).
    pub annotation: Option<ValueId>,
    /// `*args`, `**kwargs`, `...rest`.
    pub rest: bool,
}

/// A class, or what a Rust `impl` adds to a type.
#[derive(Debug)]
pub struct Class {
    /// Its name; a Rust `impl`'s is the type's.
    pub name: Option<Box<str>>,
    /// Base classes; a Rust `impl`'s trait.
    pub bases: Vec<ValueId>,
    /// The scope of its attributes.
    pub scope: ScopeId,
    /// The class body's statements (attributes; methods as function statements).
    pub body: BlockId,
    /// Decorators and attributes, outermost first.
    pub decorators: Vec<ValueId>,
    /// Where it stands.
    pub range: RelativeRange,
}

/// A region in which names are declared.
#[derive(Debug)]
pub struct Scope {
    /// Which kind.
    pub kind: ScopeKind,
    /// The scope around it within the chunk; the outermost one of a function goes on in [`Function::outer_scope`].
    pub parent: Option<ScopeId>,
    /// Where it reaches.
    pub range: RelativeRange,
}

/// The kinds of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// A function or the module.
    Function,
    /// A class; invisible from the functions inside it.
    Class,
    /// A block of a language with block scopes.
    Block,
}

/// One assignment to one place.
#[derive(Debug)]
pub struct Store {
    /// Where the value goes.
    pub place: Place,
    /// Where it comes from; `None` where that is no expression (an import, an `except … as e`, a parameter without default).
    pub value: Option<ValueId>,
    /// How to get from `value` to what is stored: `const { a: { b } } = v` stores `v.a.b`.
    pub projection: Vec<Step>,
    /// How it is made.
    pub kind: StoreKind,
    /// Whether it declares its name in `scope`; otherwise the name is looked up outwards.
    pub declares: bool,
    /// The scope it stands in or declares in.
    pub scope: ScopeId,
    /// The statement it belongs to. Set when its chunk is finished; `None` for parameters.
    pub statement: Option<StatementId>,
    /// The declared type's leading path (`key: SecretStr`, `let c: Client`).
    pub annotation: Option<ValueId>,
    /// The whole assignment, or the bound name.
    pub range: RelativeRange,
}

/// How a store is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// `const`, `static`, a `readonly` field: never stored again.
    Constant,
    /// Any other assignment or declaration.
    Assign,
    /// `x += v`, `x++`: the value is the [`super::ValueKind::Binary`] (or the concatenated text) of the old value, lowered
    /// from the place, and `v` (`1` for `++`).
    Augment,
    /// A parameter, by position; `value` is the default.
    Parameter(u32),
    /// An import.
    Import(ImportId),
    /// A function declaration.
    Function(FunctionId),
    /// A class declaration.
    Class(ClassId),
    /// The element of a loop.
    Element,
    /// The error of a handler.
    Error,
    /// Bound by a pattern or a `with`.
    Binding,
    /// `del`, `delete`.
    Delete,
}

/// Where a store goes: a root and a path of steps.
#[derive(Debug)]
pub struct Place {
    /// Where the path begins.
    pub root: Root,
    /// The steps from the root; empty for a plain name.
    pub path: Vec<Step>,
    /// Where the place stands.
    pub range: RelativeRange,
}

/// The beginning of a place.
#[derive(Debug, PartialEq, Eq)]
pub enum Root {
    /// A name.
    Name(Box<str>),
    /// `self`, `this`.
    This,
    /// Any other value (`f().x = 1`, `axios.defaults` is a name with a path).
    Value(ValueId),
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`, `["name"]`, with the range of the name.
    Key(Box<str>, RelativeRange),
    /// `[n]`, a position in a tuple or array pattern.
    Position(u32),
    /// `[value]`.
    Computed(ValueId),
    /// An element of an iterable.
    Element,
    /// What is inside `Ok(…)`, `Some(…)` or an entered `with`: the same value in another form.
    Payload,
    /// The error inside `Err(…)`.
    Failure,
    /// A pattern that is not understood, a rest pattern.
    Unknown,
}

/// One imported name.
#[derive(Debug)]
pub struct Import {
    /// The module as written: `openai`, `./client`, `crate::config`, `.settings`.
    pub module: Box<str>,
    /// The name taken from it; `None` for the module itself (`import x`, `import * as x`, `require`); `default` for
    /// JavaScript's default.
    pub name: Option<Box<str>>,
    /// The local name; `None` for `import "x"` and `from x import *`.
    pub local: Option<Box<str>>,
    /// Only for the type checker: `import type`, under `TYPE_CHECKING`.
    pub type_only: bool,
    /// The whole import statement.
    pub range: RelativeRange,
}

/// A comment, its markers included.
#[derive(Debug)]
pub struct Comment {
    /// Where it stands, without the line break.
    pub range: TextRange,
}

/// An environment variable defined in a file of the dotenv family.
#[derive(Debug)]
pub struct Definition {
    /// The name as written.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_range: TextRange,
    /// The value as the loaders agree on it; a [`super::ValueKind::Text`] of the module chunk.
    pub value: ValueId,
    /// Everything behind `=` on its line or lines, without the line break.
    pub raw_range: TextRange,
    /// The quote around the value.
    pub quote: Option<char>,
    /// The whole line or lines.
    pub range: TextRange,
    /// Why loaders disagree or fail on the line; `None` if they agree.
    pub problem: Option<&'static str>,
}
