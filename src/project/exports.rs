//! What a project's modules give to those that import them: constant texts.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use crate::facts::{Facts, FunctionId, Root, ScopeKind, StoreKind, ValueKind};
use crate::fix::ProjectFiles;
use crate::language::Language;
use crate::syntax::Syntax;
use crate::text::TextRange;

use super::paths::folders;

/// A module with constants is not larger.
const CAP: usize = 256 << 10;
/// A module is given so long to be parsed; it is read while another document waits.
const DEADLINE: Duration = Duration::from_millis(500);

/// A constant text of another module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The module's path relative to the root.
    pub path: String,
    /// The text.
    pub text: String,
    /// The literal in the module.
    pub range: TextRange,
}

/// The constant texts of one module.
#[derive(Debug, Default)]
pub(super) struct Module(HashMap<String, (String, TextRange)>);

impl Module {
    pub(super) fn text(&self, path: &str, name: &str) -> Option<Exported> {
        let (text, range) = self.0.get(name)?;
        Some(Exported { path: path.to_owned(), text: text.clone(), range: *range })
    }
}

/// Reads a module's constants.
pub(super) fn read(files: &dyn ProjectFiles, path: &str) -> Module {
    let Some(language) = Language::of_path(Path::new(path)) else { return Module::default() };
    let Some(text) = files.read(path).filter(|it| it.len() <= CAP) else { return Module::default() };
    match Syntax::parse(language, &text, None, DEADLINE) {
        Ok(syntax) => Module(constants(&syntax.lower(&text))),
        Err(_) => Module::default(),
    }
}

/// The names of the module level that are stored once, to a text without holes.
fn constants(facts: &Facts) -> HashMap<String, (String, TextRange)> {
    let mut stores: HashMap<&str, Vec<_>> = HashMap::new();
    for (id, store) in facts.stores().filter(|(id, _)| facts.function_of(*id) == FunctionId::MODULE) {
        if let Root::Name(name) = &store.place.root
            && facts[store.scope].kind != ScopeKind::Class
        {
            stores.entry(name).or_default().push((id, store));
        }
    }
    let text = |(name, stores): (&str, Vec<(_, &crate::facts::Store)>)| {
        let [(_, store)] = stores.as_slice() else { return None };
        let is_plain = store.place.path.is_empty() && store.projection.is_empty();
        let value = facts.past_transparent(store.value?);
        let ValueKind::Text(text) = &facts[value].kind else { return None };
        let is_constant = matches!(store.kind, StoreKind::Constant | StoreKind::Assign) && is_plain;
        is_constant.then(|| Some((name.to_owned(), (text.literal()?, facts.range(value)))))?
    };
    stores.into_iter().filter_map(text).collect()
}

/// The file that a module name means in a document; `None` if it is none of the project's.
pub(super) fn resolve(files: &dyn ProjectFiles, from: &str, language: Language, module: &str) -> Option<String> {
    let exists = |it: &String| files.read(it).is_some();
    match language {
        Language::Python => python(from, module).into_iter().find(exists),
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            ecmascript(from, module).into_iter().find(exists)
        }
        Language::Rust => rust(files, from, module),
        Language::Dotenv => None,
    }
}

/// A folder with a final `/`, or the empty root, one level up; `None` above the root.
fn outer(folder: &str) -> Option<&str> {
    folders(folder).nth(1)
}

/// Joins a `/`-separated relative path to a folder.
fn join(folder: &str, relative: &str) -> Option<String> {
    let (mut folder, mut rest) = (folder.to_owned(), Vec::new());
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if rest.pop().is_none() => folder = outer(&folder)?.to_owned(),
            ".." => {}
            name => rest.push(name),
        }
    }
    Some(folder + &rest.join("/"))
}

const ECMASCRIPT: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

fn ecmascript(from: &str, module: &str) -> Vec<String> {
    if !module.starts_with("./") && !module.starts_with("../") {
        return Vec::new();
    }
    let Some(base) = folders(from).next().and_then(|it| join(it, module)) else { return Vec::new() };
    let mut res = vec![base.clone()];
    // TypeScript names the file that will be: `./config.js` lies there as `config.ts`.
    for (written, source) in [(".js", ".ts"), (".js", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts")] {
        res.extend(base.strip_suffix(written).map(|it| [it, source].concat()));
    }
    res.extend(ECMASCRIPT.iter().map(|it| format!("{base}.{it}")));
    res.extend(ECMASCRIPT.iter().map(|it| format!("{base}/index.{it}")));
    res
}

fn python(from: &str, module: &str) -> Vec<String> {
    let dots = module.len() - module.trim_start_matches('.').len();
    let path = module[dots..].replace('.', "/");
    let at = |folder: &str| {
        let base = [folder, &path].concat();
        let base = base.trim_end_matches('/').to_owned();
        [format!("{base}.py"), format!("{base}/__init__.py")]
    };
    if dots > 0 {
        return folders(from).nth(dots - 1).into_iter().flat_map(at).collect();
    }
    // Which folders Python searches is not written down; those around the document are the usual ones.
    folders(from).flat_map(|it| at(it).into_iter().chain(at(&[it, "src/"].concat()))).collect()
}

fn rust(files: &dyn ProjectFiles, from: &str, module: &str) -> Option<String> {
    let mut parts = module.split("::").peekable();
    let folder = folders(from).next()?;
    let stem = from[folder.len()..].strip_suffix(".rs")?;
    let is_root = matches!(stem, "lib" | "main" | "mod");
    // The folder in which the modules inside this one lie.
    let own = if is_root { folder.to_owned() } else { format!("{folder}{stem}/") };
    let mut at = match parts.next_if(|it| matches!(*it, "crate" | "self" | "super")) {
        Some("crate") => {
            let is_crate =
                |it: &&str| ["lib.rs", "main.rs"].iter().any(|name| files.read(&[it, *name].concat()).is_some());
            folders(from).find(is_crate)?.to_owned()
        }
        Some("super") => outer(&own)?.to_owned(),
        _ => own,
    };
    while parts.next_if_eq(&"super").is_some() {
        at = outer(&at)?.to_owned();
    }
    let rest: Vec<&str> = parts.collect();
    let base = at + &rest.join("/");
    let candidates = match rest.is_empty() {
        // The module itself: its file beside or inside its folder.
        true => vec![
            format!("{base}lib.rs"),
            format!("{base}main.rs"),
            format!("{base}mod.rs"),
            format!("{}.rs", base.trim_end_matches('/')),
        ],
        false => vec![format!("{base}.rs"), format!("{base}/mod.rs")],
    };
    candidates.into_iter().find(|it| files.read(it).is_some())
}
