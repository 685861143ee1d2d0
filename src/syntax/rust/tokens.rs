//! A macro's tokens, flat. The grammar gives them as trees without any structure but the delimiters.

use tree_sitter::Node;

use crate::facts::Builder;
use crate::syntax::walk::node_range;
use crate::text::TextRange;

/// The kinds of literals.
const LITERALS: [&str; 6] =
    ["string_literal", "integer_literal", "boolean_literal", "raw_string_literal", "float_literal", "char_literal"];

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Where it stands.
    pub(super) range: TextRange,
    /// The place of the other delimiter.
    pub(super) partner: usize,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An opening delimiter.
    Open,
    /// A closing delimiter.
    Close,
    /// A name or a keyword.
    Word,
    /// A literal, with its node kind.
    Literal(&'static str),
    /// Anything else.
    Punctuation,
}

/// The tokens of a token tree, its delimiters included. Comments and damage go to the builder.
pub(super) fn tokens(tree: Node<'_>, builder: &mut Builder) -> Vec<Token> {
    let mut res = Vec::new();
    let mut open = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            builder.damage(node_range(node));
        }
        let descends = matches!(node.kind(), "token_tree" | "token_repetition" | "ERROR") && cursor.goto_first_child();
        if descends {
            continue;
        }
        match node.is_extra() && node.kind().ends_with("comment") {
            true => builder.comment(node_range(node)),
            false => push(node, &mut res, &mut open),
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() || cursor.node().id() == tree.id() {
                close_all(&mut res, &open);
                return res;
            }
        }
    }
}

fn push(node: Node<'_>, tokens: &mut Vec<Token>, open: &mut Vec<usize>) {
    let at = tokens.len();
    let mut token = Token { kind: kind(node), range: node_range(node), partner: at };
    match token.kind {
        TokenKind::Open => open.push(at),
        TokenKind::Close => match open.pop() {
            Some(opening) => {
                token.partner = opening;
                tokens[opening].partner = at;
            }
            None => return,
        },
        _ => {}
    }
    tokens.push(token);
}

fn kind(node: Node<'_>) -> TokenKind {
    match node.kind() {
        "(" | "[" | "{" => TokenKind::Open,
        ")" | "]" | "}" => TokenKind::Close,
        kind if kind.ends_with("_literal") => {
            LITERALS.into_iter().find(|it| *it == kind).map_or(TokenKind::Punctuation, TokenKind::Literal)
        }
        "_" => TokenKind::Punctuation,
        kind if kind.starts_with(|it: char| it.is_alphabetic()) => TokenKind::Word,
        _ => TokenKind::Punctuation,
    }
}

/// Closes, behind the last token, what damaged code left open.
fn close_all(tokens: &mut Vec<Token>, open: &[usize]) {
    let end = TextRange::empty(tokens.last().map_or(0, |it| it.range.end));
    for opening in open.iter().rev() {
        tokens[*opening].partner = tokens.len();
        tokens.push(Token { kind: TokenKind::Close, range: end, partner: *opening });
    }
}
