//! Reading token by token: operands, and the operators between and behind them.

use super::{Kind, Operator, Reader};
use crate::facts::{StoreKind, ValueId, ValueKind};
use crate::syntax::rust::literals::literal;
use crate::syntax::rust::macros::{self, Shape};
use crate::syntax::rust::paths::plain;
use crate::syntax::rust::tokens::{Token, TokenKind};
use crate::text::TextRange;

/// A word that begins something other than an expression.
const KEYWORDS: [&str; 21] = [
    "break", "const", "continue", "else", "enum", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod",
    "pub", "return", "static", "struct", "trait", "use", "while",
];
/// Words before an expression that do not change what it is.
const MODIFIERS: [&str; 6] = ["async", "dyn", "move", "mut", "ref", "unsafe"];
/// Words that leave the code around the macro if the macro passes them on.
const JUMPS: [&str; 3] = ["break", "continue", "return"];
const BINARY: [(&str, u8); 18] = [
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("+", 9),
    ("-", 9),
    ("<<", 8),
    (">>", 8),
    ("&", 7),
    ("^", 6),
    ("|", 5),
    ("==", 4),
    ("!=", 4),
    ("<", 4),
    ("<=", 4),
    (">", 4),
    (">=", 4),
    ("&&", 3),
    ("||", 2),
];
/// A declaration's type is no longer than this.
const LONGEST_DECLARATION: usize = 64;
const PREFIX: u8 = 12;
const CAST: u8 = 11;
const RANGE: u8 = 1;
const CLOSURE: u8 = 0;

impl Reader<'_> {
    pub(super) fn before_operand(&mut self) {
        let Some(token) = self.token(self.at) else { return };
        match token.kind {
            TokenKind::Literal(kind) => {
                self.at += 1;
                if let Some(value) = literal(kind, token.range, self.source, self.builder) {
                    self.operand(value);
                }
            }
            TokenKind::Open => self.delimited(token),
            TokenKind::Word => self.word(token),
            TokenKind::Close => self.at += 1,
            TokenKind::Punctuation => self.prefix(token),
        }
    }

    fn delimited(&mut self, token: Token) {
        let is_json = self.group().is_json;
        match self.written(token) {
            "(" => self.open(Kind::Parentheses, false),
            "[" => self.open(Kind::List, is_json),
            _ if is_json => self.open(Kind::Map(None), true),
            _ => self.open(Kind::Block, false),
        }
    }

    fn word(&mut self, token: Token) {
        let written = self.written(token);
        self.jumps |= JUMPS.contains(&written);
        if matches!(written, "let" | "static") && self.is_declaration(written) {
            return;
        }
        if KEYWORDS.contains(&written) || written == "as" {
            self.at += 1;
            return self.give_up();
        }
        if MODIFIERS.contains(&written) && (self.opens(1) || !matches!(self.peek(1), "" | "," | ";" | "=" | ":")) {
            self.at += 1;
            return;
        }
        if written == "null" && self.group().is_json {
            self.at += 1;
            let value = self.builder.value(ValueKind::Null, token.range);
            return self.operand(value);
        }
        self.path();
    }

    /// Reads up to the `=` of `static ref NAME: Type =` or `let name =`; whether that is what stands here.
    fn is_declaration(&mut self, keyword: &str) -> bool {
        let first = (1..).find(|it| !matches!(self.peek(*it), "mut" | "ref")).unwrap_or(1);
        let Some(name) = self.token(self.at + first).filter(|it| it.kind == TokenKind::Word) else { return false };
        let ends = |it: &usize| matches!(self.peek(*it), "=" | "," | ";" | "let" | "static");
        let Some(end) = (first + 1..first + LONGEST_DECLARATION).find(ends) else { return false };
        let group = self.groups.last().filter(|it| it.pieces.is_none() && it.operators.is_empty());
        if group.is_none() || self.peek(end) != "=" || !matches!(self.peek(first + 1), ":" | "=") {
            return false;
        }
        let kind = if keyword == "static" { StoreKind::Constant } else { StoreKind::Assign };
        let name = (plain(self.written(name)).into(), name.range, kind);
        self.at += end + 1;
        self.group().declared = Some(name);
        true
    }

    /// Reads a path from here on, generic arguments left out.
    fn path(&mut self) {
        let mut made: Option<ValueId> = None;
        while let Some(token) = self.token(self.at).filter(|it| it.kind == TokenKind::Word) {
            let kind = match (made, plain(self.written(token))) {
                (None, "self") if self.peek(1) != "::" => ValueKind::This,
                (None, name) => ValueKind::Name(name.into()),
                (Some(object), name) => {
                    let name_range = self.builder.relative(token.range);
                    ValueKind::Member { object, name: name.into(), name_range }
                }
            };
            let start = made.map_or(token.range, |it| self.builder.value_range(it));
            made = Some(self.builder.value(kind, start.cover(token.range)));
            self.at += 1;
            if !self.path_goes_on() {
                break;
            }
        }
        if let Some(value) = made {
            self.operand(value);
        }
    }

    /// Skips `::` and generic arguments; whether another segment follows.
    fn path_goes_on(&mut self) -> bool {
        while self.peek(0) == "::" {
            self.at += 1;
            if self.peek(0) != "<" {
                return self.token(self.at).is_some_and(|it| it.kind == TokenKind::Word);
            }
            self.skip_generics();
        }
        false
    }

    /// Skips from `<` to its `>`.
    fn skip_generics(&mut self) {
        let mut depth = 0_i32;
        while let Some(token) = self.token(self.at) {
            self.at = if token.kind == TokenKind::Open { token.partner + 1 } else { self.at + 1 };
            depth += match self.written(token) {
                "<" => 1,
                "<<" => 2,
                ">" => -1,
                ">>" => -2,
                _ => 0,
            };
            if depth <= 0 {
                return;
            }
        }
    }

    fn push_prefix(&mut self, written: &'static str, precedence: u8, range: TextRange) {
        self.group().operators.push(Operator { precedence, written, is_prefix: true, range });
    }

    fn prefix(&mut self, token: Token) {
        self.at += 1;
        let range = token.range;
        match self.written(token) {
            "-" => self.push_prefix("-", PREFIX, range),
            "!" => self.push_prefix("!", PREFIX, range),
            "&" | "*" | "&&" | "?" | "%" => self.push_prefix("&", PREFIX, range),
            "|" => self.closure(range),
            "||" => self.push_prefix("|", CLOSURE, range),
            ".." | "..=" => self.range_prefix(range),
            "_" => {
                let value = self.opaque(Vec::new(), range);
                self.operand(value);
            }
            "<" => {
                self.at -= 1;
                self.skip_generics();
                let value = self.opaque(Vec::new(), range);
                self.operand(value);
            }
            "::" | "$" => {}
            "," => self.end_item(),
            ";" => {
                self.end_item();
                self.group().items.is_repeat = true;
            }
            "#" if self.opens(0) => {
                self.at = self.tokens[self.at].partner + 1;
            }
            _ => self.give_up(),
        }
    }

    /// Skips a closure's parameters; what follows is its body.
    fn closure(&mut self, range: TextRange) {
        while let Some(token) = self.token(self.at) {
            self.at = if token.kind == TokenKind::Open { token.partner + 1 } else { self.at + 1 };
            if self.written(token) == "|" {
                break;
            }
        }
        self.push_prefix("|", CLOSURE, range);
    }

    fn range_prefix(&mut self, range: TextRange) {
        let group = self.group();
        if matches!(group.kind, Kind::Map(_)) && group.operands.is_empty() && group.key.is_none() {
            group.is_spread = true;
        } else if matches!(self.peek(0), "" | "," | ";") && !self.opens(0) {
            let value = self.opaque(Vec::new(), range);
            self.operand(value);
        } else {
            self.push_prefix("..", RANGE, range);
        }
    }

    pub(super) fn behind_operand(&mut self) {
        let Some(token) = self.token(self.at) else { return };
        match (token.kind, self.written(token)) {
            (TokenKind::Open, written) => self.postfix_group(written),
            (TokenKind::Word, "as") => self.cast(),
            (TokenKind::Punctuation, written) => self.operator(token, written),
            _ => self.give_up(),
        }
    }

    fn postfix_group(&mut self, written: &str) {
        let Some(operand) = self.group().operands.last().copied() else { return self.give_up() };
        let kind = match written {
            "(" => Kind::Arguments(operand),
            "[" => Kind::Index(operand),
            _ if self.is_record(operand) => Kind::Map(Some(operand)),
            _ => return self.give_up(),
        };
        self.group().operands.pop();
        self.group().is_ready = false;
        self.open(kind, false);
    }

    /// Whether braces behind this path make a record of it.
    fn is_record(&self, path: ValueId) -> bool {
        let name = match self.builder.kind(path) {
            Some(ValueKind::Name(name) | ValueKind::Member { name, .. }) => name,
            _ => return false,
        };
        name.starts_with(char::is_uppercase) && self.groups.last().is_some_and(|it| it.pieces.is_none())
    }

    fn cast(&mut self) {
        self.at += 1;
        while matches!(self.peek(0), "&" | "*" | "mut" | "const" | "dyn" | "::") {
            self.at += 1;
        }
        let mut end = self.token(self.at).map(|it| it.range);
        while let Some(token) = self.token(self.at).filter(|it| it.kind == TokenKind::Word) {
            end = Some(token.range);
            self.at += 1;
            if self.peek(0) == "<" {
                self.skip_generics();
            }
            if !self.path_goes_on() {
                break;
            }
        }
        self.reduce(CAST + 1);
        if let (Some(operand), Some(end)) = (self.group().operands.pop(), end) {
            let range = self.builder.value_range(operand).cover(end);
            let value = self.builder.value(ValueKind::Transparent(operand), range);
            self.operand(value);
        }
    }

    fn operator(&mut self, token: Token, written: &str) {
        match written {
            "." | "::" => return self.member(),
            "?" => {
                self.at += 1;
                return self.wrap(ValueKind::Propagate, token.range);
            }
            "!" if self.opens(1) => return self.nested_macro(token),
            "," | ";" => {
                self.at += 1;
                self.end_item();
                return match written {
                    ";" => self.group().items.is_repeat = true,
                    _ => self.group().items.is_tuple = true,
                };
            }
            "=" | ":" if self.is_labelled(written) => return,
            ".." | "..=" => return self.range(token.range),
            _ => {}
        }
        let Some((written, precedence)) = BINARY.iter().find(|it| it.0 == written).copied() else {
            self.at += 1;
            return self.give_up();
        };
        self.at += 1;
        self.infix(written, precedence, token.range);
    }

    fn infix(&mut self, written: &'static str, precedence: u8, range: TextRange) {
        self.reduce(precedence);
        let group = self.group();
        group.operators.push(Operator { precedence, written, is_prefix: false, range });
        group.is_ready = false;
    }

    fn range(&mut self, range: TextRange) {
        self.at += 1;
        self.infix("..", RANGE, range);
        if matches!(self.peek(0), "" | "," | ";") && !self.opens(0) {
            let open_end = self.builder.value(ValueKind::Null, TextRange::empty(range.end));
            self.operand(open_end);
        }
    }

    /// Takes what was read for the item's name or key, if that is what it is.
    fn is_labelled(&mut self, written: &str) -> bool {
        let group = self.group();
        let ([operand], [], None, None) = (&*group.operands, &*group.operators, &group.name, group.key) else {
            return false;
        };
        let operand = *operand;
        if group.pieces.is_some() {
            return false;
        }
        if matches!(group.kind, Kind::Map(_)) {
            if written != ":" {
                return false;
            }
            group.key = Some(operand);
        } else {
            let is_name = matches!(self.builder.kind(operand), Some(ValueKind::Name(_) | ValueKind::Member { .. }));
            if !is_name {
                return false;
            }
            let range = self.builder.value_range(operand);
            let name = range.of(self.source).into();
            self.silence(operand);
            self.group().name = Some((name, range));
        }
        self.at += 1;
        let group = self.group();
        group.operands.clear();
        group.is_ready = false;
        true
    }

    fn member(&mut self) {
        self.at += 1;
        let Some(token) = self.token(self.at) else { return self.give_up() };
        let Some(object) = self.group().operands.pop() else { return self.give_up() };
        match token.kind {
            TokenKind::Word if self.written(token) == "await" => {
                self.at += 1;
                self.awaits = true;
                self.operand(object);
                self.wrap(ValueKind::Await, token.range);
            }
            TokenKind::Word | TokenKind::Literal("integer_literal" | "float_literal") => {
                self.at += 1;
                self.members(object, token);
                self.path_goes_on();
            }
            _ => {
                self.operand(object);
                self.give_up();
            }
        }
    }

    /// `.name`, `.0`, and `.0.1`, which is one token.
    fn members(&mut self, object: ValueId, token: Token) {
        let start = self.builder.value_range(object);
        let (mut made, mut from) = (object, token.range.start);
        for name in self.written(token).split('.') {
            let range = TextRange::new(from, from + name.len() as u32);
            let name_range = self.builder.relative(range);
            let kind = ValueKind::Member { object: made, name: plain(name).into(), name_range };
            made = self.builder.value(kind, start.cover(range));
            from = range.end + 1;
        }
        self.operand(made);
    }

    /// Puts a postfix operator around the last operand.
    fn wrap(&mut self, kind: impl FnOnce(ValueId) -> ValueKind, end: TextRange) {
        let Some(operand) = self.group().operands.pop() else { return };
        let range = self.builder.value_range(operand).cover(end);
        let value = self.builder.value(kind(operand), range);
        self.operand(value);
    }

    fn nested_macro(&mut self, exclamation: Token) {
        let Some(path) = self.group().operands.last().copied() else { return self.give_up() };
        let Some((name, callee)) = self.macro_callee(path, exclamation) else {
            self.at += 1;
            return self.give_up();
        };
        self.at += 1;
        let group = self.group();
        group.operands.pop();
        group.is_ready = false;
        let shape = macros::shape(&name);
        self.open(Kind::Macro(callee, shape), matches!(shape, Shape::Json));
    }

    fn macro_callee(&mut self, path: ValueId, exclamation: Token) -> Option<(Box<str>, ValueId)> {
        let (name, kind) = match self.builder.kind(path)? {
            ValueKind::Name(name) => (name.clone(), ValueKind::Name(format!("{name}!").into())),
            ValueKind::Member { object, name, name_range } => {
                let (object, name_range) = (*object, *name_range);
                (name.clone(), ValueKind::Member { object, name: format!("{name}!").into(), name_range })
            }
            _ => return None,
        };
        let range = self.builder.value_range(path).cover(exclamation.range);
        self.builder.take_kind(path);
        Some((name, self.builder.value(kind, range)))
    }
}
