//! Which packages a project depends on, from its manifests and lock files.

use std::collections::BTreeMap;

use crate::fix::ProjectFiles;
use crate::language::Language;

/// A dependency named in a manifest or lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The language family: `python`, `javascript` or `rust`.
    pub family: &'static str,
    /// The name, normalised as its registry does.
    pub name: String,
    /// The version that a lock file holds, else the requirement as written, if there is one.
    pub version: Option<String>,
}

impl Package {
    /// The major version, where the version or the requirement leaves no other: `1.2.3`, `^1.2`, `~=1.2`, `==1.*`.
    pub fn major(&self) -> Option<u32> {
        let version = self.version.as_deref()?.trim();
        if version.contains([',', '|', ' ']) || version.starts_with(['>', '<', '!']) {
            return None;
        }
        let version = version.trim_start_matches(['^', '~', '=', 'v']);
        let digits = version.split(|it: char| !it.is_ascii_digit()).next()?;
        digits.parse().ok()
    }
}

/// A name as its registry compares it.
pub(super) fn normalised(language: Language, name: &str) -> String {
    match language {
        Language::Python => python_name(name),
        Language::Rust => name.replace('_', "-"),
        _ => name.to_owned(),
    }
}

fn python_name(name: &str) -> String {
    let mut res = String::with_capacity(name.len());
    for it in name.chars() {
        match it {
            '-' | '_' | '.' if res.ends_with('-') => {}
            '-' | '_' | '.' => res.push('-'),
            _ => res.push(it.to_ascii_lowercase()),
        }
    }
    res
}

/// Names and versions, the earlier of two sources first.
type Versions = BTreeMap<String, Option<String>>;

/// The dependencies of the package in a folder (with a final `/`, or empty).
pub(super) fn packages(files: &dyn ProjectFiles, folder: &str) -> Vec<Package> {
    let read = |name: &str| files.read(&[folder, name].concat());
    let families: [(&'static str, Versions); 3] =
        [("python", python(&read)), ("javascript", javascript(&read)), ("rust", rust(&read))];
    let package = |family, (name, version)| Package { family, name, version };
    families
        .into_iter()
        .flat_map(|(family, versions)| versions.into_iter().map(move |it| package(family, it)))
        .collect()
}

fn toml(text: Option<String>) -> toml::Table {
    text.and_then(|it| it.parse().ok()).unwrap_or_default()
}

/// Follows keys into nested tables.
fn table<'t>(table: &'t toml::Table, keys: &[&str]) -> Option<&'t toml::Table> {
    keys.iter().try_fold(table, |at, key| at.get(*key)?.as_table())
}

/// The names and versions of a lock file's `[[package]]` entries.
fn locked(lock: &toml::Table) -> impl Iterator<Item = (&str, &str)> {
    let packages = lock.get("package").and_then(|it| it.as_array()).into_iter().flatten();
    packages.filter_map(|it| Some((it.get("name")?.as_str()?, it.get("version")?.as_str()?)))
}

/// A dependency's requirement as Cargo and Poetry write it.
fn requirement(value: &toml::Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("version")?.as_str());
    text.map(str::to_owned)
}

fn rust(read: &dyn Fn(&str) -> Option<String>) -> Versions {
    let manifest = toml(read("Cargo.toml"));
    let mut res = Versions::new();
    let target = table(&manifest, &["target"]).into_iter().flat_map(|it| it.values().filter_map(|it| it.as_table()));
    let workspace = table(&manifest, &["workspace"]);
    for holder in [&manifest].into_iter().chain(target).chain(workspace) {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in table(holder, &[section]).into_iter().flatten() {
                let name = value.get("package").and_then(|it| it.as_str()).unwrap_or(name);
                res.entry(name.replace('_', "-")).or_insert(requirement(value));
            }
        }
    }
    if !res.is_empty() {
        for (name, version) in locked(&toml(read("Cargo.lock"))) {
            if let Some(known) = res.get_mut(&name.replace('_', "-")) {
                *known = Some(version.to_owned());
            }
        }
    }
    res
}

fn python(read: &dyn Fn(&str) -> Option<String>) -> Versions {
    let mut res = Versions::new();
    let manifest = toml(read("pyproject.toml"));
    let list = |value: &toml::Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|it| it.as_str()).map(str::to_owned).collect()
    };
    let project = table(&manifest, &["project"]);
    let mut lines: Vec<String> = project.and_then(|it| it.get("dependencies")).map(list).unwrap_or_default();
    let groups = project.and_then(|it| table(it, &["optional-dependencies"])).into_iter();
    for group in groups.chain(table(&manifest, &["dependency-groups"])).flat_map(|it| it.values()) {
        lines.extend(list(group));
    }
    for file in ["requirements.txt", "requirements-dev.txt"] {
        lines.extend(read(file).unwrap_or_default().lines().map(str::to_owned));
    }
    for line in &lines {
        if let Some((name, version)) = pep508(line) {
            res.entry(name).or_insert(version);
        }
    }
    for (name, value) in table(&manifest, &["tool", "poetry", "dependencies"]).into_iter().flatten() {
        res.entry(python_name(name)).or_insert(requirement(value));
    }
    if !res.is_empty() {
        for lock in ["uv.lock", "poetry.lock"] {
            for (name, version) in locked(&toml(read(lock))) {
                if let Some(known) = res.get_mut(&python_name(name)) {
                    *known = Some(version.to_owned());
                }
            }
        }
    }
    res
}

/// The name and the version of a requirement line: `openai[extra] >= 1.2 ; python_version > "3"  # why`.
fn pep508(line: &str) -> Option<(String, Option<String>)> {
    let line = line.split([';', '#']).next()?.trim();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let end = line.find(|it| !is_name(it)).unwrap_or(line.len());
    let name = line.get(..end).filter(|it| it.starts_with(|it: char| it.is_ascii_alphanumeric()))?;
    let mut rest = line[end..].trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1;
    }
    let version = rest.trim().trim_matches(['(', ')']).trim();
    let is_version = version.starts_with(['=', '>', '<', '~', '!', '^']);
    if !version.is_empty() && !is_version && !version.starts_with('@') {
        return None;
    }
    Some((python_name(name), is_version.then(|| version.to_owned())))
}

fn javascript(read: &dyn Fn(&str) -> Option<String>) -> Versions {
    let json = |name: &str| -> serde_json::Value {
        read(name).and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default()
    };
    let manifest = json("package.json");
    let mut res = Versions::new();
    for section in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
        for (name, version) in manifest.get(section).and_then(|it| it.as_object()).into_iter().flatten() {
            res.entry(name.clone()).or_insert(version.as_str().map(str::to_owned));
        }
    }
    if !res.is_empty() {
        let lock = json("package-lock.json");
        for (name, version) in &mut res {
            let entry = lock.get("packages").and_then(|it| it.get(format!("node_modules/{name}")));
            if let Some(locked) = entry.and_then(|it| it.get("version")).and_then(|it| it.as_str()) {
                *version = Some(locked.to_owned());
            }
        }
    }
    res
}
