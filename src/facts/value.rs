//! Values: what an expression stands for.

use super::{FunctionId, RelativeRange, ScopeId, StatementId, StoreId, ValueId};

/// An expression.
#[derive(Debug)]
pub struct Value {
    /// What the expression is.
    pub kind: ValueKind,
    /// Where it stands.
    pub range: RelativeRange,
    /// What holds it. Set when its chunk is finished.
    pub parent: Parent,
    /// The scope in which its names are looked up.
    pub scope: ScopeId,
}

/// What holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Another value.
    Value(ValueId),
    /// A statement, directly.
    Statement(StatementId),
    /// Nothing that was lowered: a decorator, a default, a base class.
    None,
}

/// The kinds of values. What is not understood is [`ValueKind::Opaque`] or [`ValueKind::Unknown`], never guessed.
#[derive(Debug)]
pub enum ValueKind {
    /// A string, with whatever is interpolated into it; concatenations of a string with anything are texts too.
    Text(Text),
    /// A number as written, without `_` and type suffixes (`1_000u64` is `1000`).
    Number(Box<str>),
    /// `True`, `false`.
    Boolean(bool),
    /// `None`, `null`, `undefined`, `()`.
    Null,
    /// A name, to be looked up in the value's scope. A Rust path of several segments is a chain of members.
    Name(Box<str>),
    /// `self` in a Python or Rust method, `this` in JavaScript.
    This,
    /// `object.name`, `object?.name`, `module::name`.
    Member {
        /// What is asked.
        object: ValueId,
        /// The member's name.
        name: Box<str>,
        /// Where the name stands.
        name_range: RelativeRange,
    },
    /// `object[index]`.
    Index {
        /// What is asked.
        object: ValueId,
        /// The key or position.
        index: ValueId,
    },
    /// A call, a construction with `new`, or a macro.
    Call(Call),
    /// A dictionary, an object, a `HashMap` literal, a `json!` object, a Rust struct expression.
    Map(Map),
    /// A list, tuple, set or array.
    List(List),
    /// A lambda, an arrow function, a closure, a function expression.
    Function(FunctionId),
    /// `-x`, `not x`, `!x`, `typeof x`. (`&x`, `*x` and casts are [`ValueKind::Transparent`].)
    Unary {
        /// As written; Python's `not` is `!`.
        operator: Box<str>,
        /// The operand.
        operand: ValueId,
    },
    /// Arithmetic, comparison and logic; Python's `and` and `or` in tests are `&&` and `||`.
    Binary {
        /// One of `+ - * / % ** << >> & | ^ == != < <= > >= in !in is !is && || ..`, whatever the language writes
        /// (`===` is `==`, Python's `//` is `/`, Rust's `..=` is `..`).
        operator: Box<str>,
        /// Left operand.
        left: ValueId,
        /// Right operand.
        right: ValueId,
    },
    /// `a or b`, `a || b`, `a ?? b`: the first if it is there, else the second.
    Fallback {
        /// Tried first.
        value: ValueId,
        /// Taken otherwise.
        default: ValueId,
    },
    /// `a if c else b`, `c ? a : b`: one of two.
    Choice {
        /// What decides.
        condition: ValueId,
        /// Taken if it holds.
        then: ValueId,
        /// Taken otherwise.
        otherwise: ValueId,
    },
    /// `await x`, `x.await`.
    Await(ValueId),
    /// Rust's `x?`: the value, or leave the function with the error.
    Propagate(ValueId),
    /// Parentheses, borrows, dereferences, casts, `as const`, `x!`: the same value in another form.
    Transparent(ValueId),
    /// `x := v`, `x = v` as an expression: the value of the stores' source.
    Assign {
        /// What is stored.
        stores: Vec<StoreId>,
        /// The value, if there is one (`x++` has none).
        value: Option<ValueId>,
    },
    /// A Rust `if`, `match`, `loop`, block or `async` block whose value is used; its value is its blocks' tails.
    Control(StatementId),
    /// A comprehension or generator expression; `parts` are its element, iterables and conditions.
    Comprehension {
        /// What each round gives.
        element: ValueId,
        /// Iterables and conditions.
        parts: Vec<ValueId>,
    },
    /// `*xs`, `...xs` outside argument lists and literals, `yield x`, JSX, template tags: only its children are known.
    Opaque(Vec<ValueId>),
    /// Nothing is known, not even children.
    Unknown,
}

/// A string value.
#[derive(Debug, Default)]
pub struct Text {
    /// Literal pieces and holes in order. Several literal pieces stand side by side where the source has escapes or
    /// adjacent literals.
    pub parts: Vec<Part>,
    /// How it is written.
    pub form: TextForm,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextForm {
    /// An ordinary literal, raw and byte strings and adjacent literals included.
    #[default]
    Plain,
    /// An f-string, a template, `format!`: holes are written inside the literal.
    Interpolated,
    /// Built with `+` or `concat!`; holes stand outside the literals.
    Concatenation,
    /// A bare word: a key of an object, an unquoted `.env` value.
    Bare,
}

/// A piece of a text.
#[derive(Debug)]
pub enum Part {
    /// Literal text. Where `text` is as long as `range` every byte maps to its source byte; an escape is a part of its own
    /// whose range is the escape sequence.
    Literal {
        /// The cooked text.
        text: Box<str>,
        /// Its source.
        range: RelativeRange,
    },
    /// An interpolated value.
    Hole {
        /// What is interpolated.
        value: ValueId,
        /// The hole with its braces (`{key}`, `${key}`), or the operand of a concatenation.
        range: RelativeRange,
        /// A conversion or format specification that changes the text (`!r`, `:>10`, `:?`), as written.
        conversion: Option<Box<str>>,
    },
}

impl Text {
    /// The cooked text if nothing is interpolated.
    pub fn literal(&self) -> Option<String> {
        let mut res = String::new();
        for part in &self.parts {
            match part {
                Part::Literal { text, .. } => res.push_str(text),
                Part::Hole { .. } => return None,
            }
        }
        Some(res)
    }

    /// The values in the holes.
    pub fn holes(&self) -> impl Iterator<Item = ValueId> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole { value, .. } => Some(*value),
            Part::Literal { .. } => None,
        })
    }
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// What is called. A method's receiver is the `object` of a [`ValueKind::Member`] callee. A macro's name ends in `!`.
    pub callee: ValueId,
    /// The arguments in order.
    pub arguments: Vec<Argument>,
    /// The argument list with its parentheses; empty behind the callee where there is none (`new X`).
    pub argument_range: RelativeRange,
    /// Written with `new`.
    pub constructs: bool,
}

/// An argument of a call.
#[derive(Debug)]
pub struct Argument {
    /// The keyword (`timeout=`), with its range.
    pub name: Option<(Box<str>, RelativeRange)>,
    /// The value.
    pub value: ValueId,
    /// `*xs`, `**kw`, `...xs`: stands for any number of arguments.
    pub spread: bool,
    /// The argument with its keyword.
    pub range: RelativeRange,
}

impl Call {
    /// The keyword argument of this name.
    pub fn named(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|it| it.name.as_ref().is_some_and(|(it, _)| &**it == name))
    }

    /// The `n`th positional argument; `None` behind a spread, where positions are unknown.
    pub fn positional(&self, n: usize) -> Option<&Argument> {
        let known = self.arguments.iter().take_while(|it| !it.spread || it.name.is_some());
        known.filter(|it| it.name.is_none()).nth(n)
    }

    /// Whether arguments may have been passed that cannot be seen.
    pub fn has_spread(&self) -> bool {
        self.arguments.iter().any(|it| it.spread)
    }
}

/// A map literal or a struct expression.
#[derive(Debug, Default)]
pub struct Map {
    /// Pairs and spreads in order.
    pub entries: Vec<Entry>,
    /// The type's name for a Rust struct expression (`Self`, `Config`).
    pub record: Option<Box<str>>,
}

/// An entry of a map.
#[derive(Debug)]
pub enum Entry {
    /// `key: value`.
    Pair {
        /// A [`ValueKind::Text`] for literal and bare keys, any value for computed ones.
        key: ValueId,
        /// The value; for `{ name }` a [`ValueKind::Name`] at the same place.
        value: ValueId,
        /// `{ name }`.
        shorthand: bool,
        /// Key and value.
        range: RelativeRange,
    },
    /// `**other`, `...other`, `..other`.
    Spread(ValueId),
}

/// A list literal.
#[derive(Debug, Default)]
pub struct List {
    /// The items in order; a spread item is [`ValueKind::Opaque`].
    pub items: Vec<ValueId>,
}

impl ValueKind {
    /// Calls `each` for every child value, in evaluation order.
    pub fn each_child(&self, mut each: impl FnMut(ValueId)) {
        match self {
            Self::Text(text) => text.holes().for_each(each),
            Self::Number(_) | Self::Boolean(_) | Self::Null | Self::Name(_) | Self::This => {}
            Self::Function(_) | Self::Control(_) | Self::Unknown => {}
            Self::Member { object: value, .. }
            | Self::Unary { operand: value, .. }
            | Self::Await(value)
            | Self::Propagate(value)
            | Self::Transparent(value) => each(*value),
            Self::Index { object: a, index: b }
            | Self::Binary { left: a, right: b, .. }
            | Self::Fallback { value: a, default: b } => [*a, *b].into_iter().for_each(each),
            Self::Call(call) => {
                each(call.callee);
                call.arguments.iter().for_each(|it| each(it.value));
            }
            Self::Map(map) => map.entries.iter().for_each(|entry| match entry {
                Entry::Pair { key, value, .. } => {
                    each(*key);
                    each(*value);
                }
                Entry::Spread(value) => each(*value),
            }),
            Self::List(list) => list.items.iter().copied().for_each(each),
            Self::Choice { condition, then, otherwise } => [*condition, *then, *otherwise].into_iter().for_each(each),
            Self::Assign { value, .. } => value.iter().copied().for_each(each),
            Self::Comprehension { element, parts } => {
                parts.iter().copied().for_each(&mut each);
                each(*element);
            }
            Self::Opaque(values) => values.iter().copied().for_each(each),
        }
    }
}
