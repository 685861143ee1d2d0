//! What calls of common libraries do: read the environment, send a request, pass a value through, wait.
//!
//! The rows stand in `data/libraries/*.toml`, one file per language family. A *path* is the dotted name of what is called
//! past its import (`requests.Session.post`, `reqwest.Client.post`, `openai.OpenAI.chat.completions.create`): a method's
//! path begins with the type of its receiver. `*` stands for one segment at the beginning (`*.strip`: a method of anything).

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::language::Language;

/// The library tables of one language family.
#[derive(Debug, Default)]
pub struct Libraries {
    rows: HashMap<String, Row>,
    returns: HashMap<String, String>,
    aliases: HashMap<String, String>,
}

/// What one path does.
#[derive(Clone, Debug)]
pub enum Row {
    /// Reads an environment variable.
    Environment {
        /// The argument that names it; `None` for an object whose members are the variables (`os.environ`).
        name: Option<Argument>,
        /// The argument that is taken if it is not set.
        default: Option<Argument>,
    },
    /// Sends, or begins, an HTTP request.
    Request(Request),
    /// Makes a session or a client with a base URL and headers of its own.
    Session {
        /// The base URL.
        base_url: Option<Argument>,
        /// Headers that every request carries.
        headers: Option<Argument>,
    },
    /// Sets one header of a request, a session or a header map.
    Header {
        /// The name.
        name: Argument,
        /// The value.
        value: Argument,
    },
    /// Sets several headers at once, from a map.
    Headers(Argument),
    /// Sets the body of a request.
    Body(Argument),
    /// Sets `Authorization: Bearer` by itself, or other credentials that are right by construction.
    BearerAuth,
    /// Gives its receiver or an argument back in another form.
    Passes(Passed),
    /// Gives its receiver, or the argument if that is not there.
    Default(Argument),
    /// Fills the holes of its receiver (`"{}".format(x)`).
    Format,
    /// Joins its argument's or receiver's items.
    Join,
    /// Appends its arguments to its receiver text.
    Concat,
    /// Makes a map of its arguments (`dict(a=1)`, `Object.assign({}, x)`, `new Headers(x)`).
    Map,
    /// Changes its receiver map: key and value, or a map.
    Insert,
    /// Waits.
    Sleep {
        /// How long.
        duration: Argument,
        /// How many of the argument's units are a second.
        per_second: f64,
        /// It gives a promise or future: nobody waits unless it is awaited.
        awaited: bool,
    },
    /// Makes a duration of a number.
    Duration {
        /// How many of the argument's units are a second.
        per_second: f64,
    },
    /// Calls an LLM provider.
    Llm {
        /// Where its model is.
        model: Option<Argument>,
    },
    /// Says which model a request that is being built is for.
    Model(Argument),
    /// A random number.
    Random,
    /// The smaller of several numbers.
    Minimum,
    /// A power or shift of its receiver or first argument.
    Power,
    /// Reads a line from a person.
    Input,
}

/// Which value a passing call gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// The object of the method.
    Receiver,
    /// The argument at this position.
    Argument(usize),
}

/// An HTTP request call.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, upper case; `None` if an argument says it.
    pub method: Option<String>,
    /// The URL.
    pub url: Argument,
    /// The headers map.
    pub headers: Option<Argument>,
    /// The body.
    pub body: Option<Argument>,
}

/// Where an argument stands: alternatives (`0|url`), each a position or keyword, then keys inside it (`1.headers`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument(pub Vec<Spot>);

/// One way to an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The argument itself.
    pub root: SpotRoot,
    /// Keys of the map it is.
    pub keys: Vec<String>,
}

/// A position or a keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpotRoot {
    /// The position, from zero.
    Position(usize),
    /// The keyword.
    Keyword(String),
}

impl Argument {
    fn parse(text: &str) -> Self {
        Self(text.split('|').map(Spot::parse).collect())
    }
}

impl Spot {
    fn parse(text: &str) -> Self {
        let mut segments = text.split('.');
        let root = segments.next().unwrap_or_default();
        let root = root.parse().map_or_else(|_| SpotRoot::Keyword(root.to_owned()), SpotRoot::Position);
        Self { root, keys: segments.map(str::to_owned).collect() }
    }
}

impl Libraries {
    /// The tables of a language's family; empty for dotenv.
    pub fn of(language: Language) -> &'static Self {
        static PYTHON: OnceLock<Libraries> = OnceLock::new();
        static JAVASCRIPT: OnceLock<Libraries> = OnceLock::new();
        static RUST: OnceLock<Libraries> = OnceLock::new();
        static NONE: OnceLock<Libraries> = OnceLock::new();
        match language.family() {
            "python" => PYTHON.get_or_init(|| Self::parse(include_str!("data/libraries/python.toml"))),
            "javascript" => JAVASCRIPT.get_or_init(|| Self::parse(include_str!("data/libraries/javascript.toml"))),
            "rust" => RUST.get_or_init(|| Self::parse(include_str!("data/libraries/rust.toml"))),
            _ => NONE.get_or_init(Self::default),
        }
    }

    /// What the call of a path does.
    pub fn row(&self, path: &str) -> Option<&Row> {
        self.rows.get(path)
    }

    /// What a method of this name does whatever its receiver is.
    pub fn method(&self, name: &str) -> Option<&Row> {
        self.rows.get(&format!("*.{name}"))
    }

    /// The paths of calls that reach an LLM provider.
    pub fn llm_paths(&self) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .filter(|(_, row)| matches!(row, Row::Llm { .. } | Row::Model(_)))
            .map(|(path, _)| path.as_str())
    }

    /// The type of what the call of a path gives back.
    pub fn returns(&self, path: &str) -> Option<&str> {
        self.returns.get(path).map(String::as_str)
    }

    /// The path under which the tables know a path: a package or module may be another one under a second name.
    pub fn canonical(&self, path: String) -> String {
        let known = self.aliases.iter().find_map(|(alias, name)| {
            let rest = path.strip_prefix(alias.as_str())?;
            (rest.is_empty() || rest.starts_with('.')).then(|| format!("{name}{rest}"))
        });
        known.unwrap_or(path)
    }

    fn parse(text: &str) -> Self {
        let file: File = toml::from_str(text).expect("the embedded library tables are well formed");
        let mut res = Self { returns: file.returns, aliases: file.aliases, ..Self::default() };
        for (names, make) in rows(file.row) {
            names.into_iter().for_each(|name| drop(res.rows.insert(name, make.clone())));
        }
        res
    }
}

/// A library file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    returns: HashMap<String, String>,
    #[serde(default)]
    aliases: HashMap<String, String>,
    row: Vec<RawRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    does: String,
    #[serde(default)]
    paths: Vec<String>,
    /// With `methods`: every method of every type.
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    methods: Vec<String>,
    name: Option<String>,
    value: Option<String>,
    default: Option<String>,
    method: Option<String>,
    url: Option<String>,
    headers: Option<String>,
    body: Option<String>,
    base_url: Option<String>,
    argument: Option<String>,
    model: Option<String>,
    per_second: Option<f64>,
    #[serde(default)]
    awaited: bool,
}

fn rows(raw: Vec<RawRow>) -> impl Iterator<Item = (Vec<String>, Row)> {
    raw.into_iter().map(|it| {
        let argument = |text: &Option<String>| text.as_deref().map(Argument::parse);
        let first = || Argument::parse("0");
        let row = match it.does.as_str() {
            "environment" => Row::Environment { name: argument(&it.name), default: argument(&it.default) },
            "request" => Row::Request(Request {
                method: it.method.clone(),
                url: argument(&it.url).unwrap_or_else(first),
                headers: argument(&it.headers),
                body: argument(&it.body),
            }),
            "session" => Row::Session { base_url: argument(&it.base_url), headers: argument(&it.headers) },
            "header" => Row::Header {
                name: argument(&it.name).unwrap_or_else(first),
                value: argument(&it.value).unwrap_or_else(|| Argument::parse("1")),
            },
            "headers" => Row::Headers(argument(&it.argument).unwrap_or_else(first)),
            "body" => Row::Body(argument(&it.argument).unwrap_or_else(first)),
            "bearer-auth" => Row::BearerAuth,
            "passes-receiver" => Row::Passes(Passed::Receiver),
            "passes-argument" => Row::Passes(Passed::Argument(0)),
            "default" => Row::Default(argument(&it.argument).unwrap_or_else(first)),
            "format" => Row::Format,
            "join" => Row::Join,
            "concat" => Row::Concat,
            "map" => Row::Map,
            "insert" => Row::Insert,
            "sleep" => Row::Sleep {
                duration: argument(&it.argument).unwrap_or_else(first),
                per_second: it.per_second.unwrap_or(1.0),
                awaited: it.awaited,
            },
            "duration" => Row::Duration { per_second: it.per_second.unwrap_or(1.0) },
            "llm" => Row::Llm { model: argument(&it.model) },
            "model" => Row::Model(argument(&it.argument).unwrap_or_else(first)),
            "random" => Row::Random,
            "minimum" => Row::Minimum,
            "power" => Row::Power,
            "input" => Row::Input,
            other => unreachable!("the embedded library tables know what a row does, not {other}"),
        };
        let of_types = it.types.iter().flat_map(|of| it.methods.iter().map(move |method| format!("{of}.{method}")));
        (it.paths.iter().cloned().chain(of_types).collect(), row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_load() {
        for language in [Language::Python, Language::JavaScript, Language::Rust] {
            assert!(Libraries::of(language).rows.len() > 20, "{language:?}");
        }
        assert!(matches!(Libraries::of(Language::Python).row("os.getenv"), Some(Row::Environment { .. })));
    }

    #[test]
    fn arguments() {
        let spot = |root, keys: &[&str]| Spot { root, keys: keys.iter().map(|it| (*it).to_owned()).collect() };
        let keyword = |it: &str| SpotRoot::Keyword(it.to_owned());
        for (text, want) in [
            ("0", vec![spot(SpotRoot::Position(0), &[])]),
            (
                "1.headers|config.headers",
                vec![spot(SpotRoot::Position(1), &["headers"]), spot(keyword("config"), &["headers"])],
            ),
        ] {
            assert_eq!(Argument::parse(text), Argument(want));
        }
    }
}
