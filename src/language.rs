//! Which language a document is written in.

use std::path::Path;

/// A language that keylint reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Python, `.py`, `.pyi`, `.pyw`.
    Python,
    /// JavaScript with or without JSX: `.js`, `.jsx`, `.mjs`, `.cjs`.
    JavaScript,
    /// TypeScript: `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// TypeScript with JSX: `.tsx`.
    Tsx,
    /// Rust, `.rs`.
    Rust,
    /// The dotenv family: `.env`, `.env.*`, `*.env`, `.envrc`.
    Dotenv,
}

impl Language {
    /// The language of a file by its name alone; `None` for a file that keylint does not read.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if is_dotenv_name(name) {
            return Some(Self::Dotenv);
        }
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension {
            "py" | "pyi" | "pyw" => Self::Python,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "rs" => Self::Rust,
            _ => return None,
        })
    }

    /// The language named in a `#!` line, for files without a telling name.
    pub fn of_shebang(first_line: &str) -> Option<Self> {
        let command = first_line.strip_prefix("#!")?;
        let word = command.split_whitespace().filter(|it| !it.starts_with('-')).find_map(|it| {
            let word = it.rsplit('/').next().unwrap_or(it);
            (word != "env").then_some(word)
        })?;
        match word.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.') {
            "python" | "uv" => Some(Self::Python),
            "node" | "bun" => Some(Self::JavaScript),
            "deno" | "tsx" | "ts-node" => Some(Self::TypeScript),
            _ => None,
        }
    }

    /// The language behind an LSP `languageId`.
    pub fn of_language_id(id: &str) -> Option<Self> {
        Some(match id {
            "python" => Self::Python,
            "javascript" | "javascriptreact" => Self::JavaScript,
            "typescript" => Self::TypeScript,
            "typescriptreact" => Self::Tsx,
            "rust" => Self::Rust,
            "dotenv" | "env" | "properties.env" => Self::Dotenv,
            _ => return None,
        })
    }

    /// Whether the language is JavaScript or one of its typed forms.
    pub fn is_ecmascript(self) -> bool {
        matches!(self, Self::JavaScript | Self::TypeScript | Self::Tsx)
    }

    /// The family's name, as fixtures and library tables call it: `python`, `javascript`, `rust`, `dotenv`.
    pub fn family(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript | Self::TypeScript | Self::Tsx => "javascript",
            Self::Rust => "rust",
            Self::Dotenv => "dotenv",
        }
    }

    /// What starts a comment that runs to the end of the line.
    pub fn line_comment(self) -> &'static str {
        match self {
            Self::Python | Self::Dotenv => "#",
            _ => "//",
        }
    }
}

/// Whether a file name belongs to the dotenv family. `environment.ts` and `.env.ts` do not.
fn is_dotenv_name(name: &str) -> bool {
    if name == ".env" || name == ".envrc" {
        return true;
    }
    let code =
        [".ts", ".js", ".mjs", ".cjs", ".py", ".rs", ".json", ".yaml", ".yml", ".toml", ".md", ".tsx", ".jsx", ".sh"];
    if name.starts_with(".env.") {
        return !code.iter().any(|it| name.ends_with(it));
    }
    name.len() > 4 && name.ends_with(".env")
}
