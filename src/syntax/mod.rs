//! From text to tree to facts. One adapter per language lowers its tree in one iterative walk; nothing outside this folder
//! sees a tree.

mod dotenv;
mod ecmascript;
mod places;
mod python;
mod rust;
mod sums;
mod walk;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, Parser, Tree};

use crate::facts::Facts;
use crate::language::Language;

/// A document's syntax tree. There is none for the dotenv family, which has a line parser.
#[derive(Clone, Debug)]
pub struct Syntax {
    tree: Option<Tree>,
    language: Language,
}

/// Parsing took longer than it may.
#[derive(Debug, PartialEq, Eq)]
pub struct DeadlinePassed;

impl Syntax {
    /// Parses `text`, reusing `old` if it is the tree of the text before an edit that was told to it.
    ///
    /// # Errors
    /// [`DeadlinePassed`] after `deadline`; nothing is kept of the attempt.
    pub fn parse(
        language: Language,
        text: &str,
        old: Option<&Self>,
        deadline: Duration,
    ) -> Result<Self, DeadlinePassed> {
        let Some(grammar) = grammar(language) else { return Ok(Self { tree: None, language }) };
        let mut parser = Parser::new();
        parser.set_language(&grammar).expect("the grammars are built against this tree-sitter");
        let end = Instant::now() + deadline;
        let mut late = |_: &tree_sitter::ParseState| match Instant::now() > end {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let bytes = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut late);
        let old = old.and_then(|it| it.tree.as_ref());
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), old, Some(options));
        match tree {
            Some(tree) => Ok(Self { tree: Some(tree), language }),
            None => Err(DeadlinePassed),
        }
    }

    /// Tells the tree of an edit: bytes `start..old_end` were replaced and now end at `new_end`.
    pub fn edit(&mut self, edit: &tree_sitter::InputEdit) {
        if let Some(tree) = &mut self.tree {
            tree.edit(edit);
        }
    }

    /// Whether the tree holds an error or a missing piece.
    pub fn has_error(&self) -> bool {
        self.tree.as_ref().is_some_and(|it| it.root_node().has_error())
    }

    /// How many errors and missing pieces the tree holds.
    pub fn error_count(&self) -> usize {
        let Some(tree) = &self.tree else { return 0 };
        let mut cursor = tree.walk();
        let mut count = 0;
        loop {
            let node = cursor.node();
            count += usize::from(node.is_error() || node.is_missing());
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return count;
                }
            }
        }
    }

    /// Lowers the tree into facts. Never fails: what is not understood becomes a gap.
    pub fn lower(&self, text: &str) -> Facts {
        lower(self.language, text, self.tree.as_ref())
    }
}

fn grammar(language: Language) -> Option<tree_sitter::Language> {
    Some(match language {
        Language::Python => tree_sitter_python::LANGUAGE.into(),
        Language::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        Language::Rust => tree_sitter_rust::LANGUAGE.into(),
        Language::Dotenv => return None,
    })
}

fn lower(language: Language, text: &str, tree: Option<&Tree>) -> Facts {
    match (language, tree) {
        (Language::Python, Some(tree)) => python::lower(language, text, tree),
        (Language::JavaScript | Language::TypeScript | Language::Tsx, Some(tree)) => {
            ecmascript::lower(language, text, tree)
        }
        (Language::Rust, Some(tree)) => rust::lower(language, text, tree),
        (_, _) => dotenv::lower(text),
    }
}
