//! Headers as they are sent: each with where it goes and what is sent beside it.

use crate::catalog::{AuthForm, Provider};
use crate::facts::{Part, ValueId, ValueKind};
use crate::usage::Usage;
use crate::usage::clients::{ClientOption, Endpoint};
use crate::usage::maps::MapEntry;

/// One header of one request, session or client.
#[derive(Clone, Debug)]
pub struct HeaderUse<'a> {
    /// Name and value.
    pub entry: MapEntry,
    /// The name in lower case.
    pub name: String,
    /// Where it goes.
    pub endpoint: Endpoint<'a>,
    /// The path it goes to.
    pub path: Option<String>,
    /// The names, in lower case, of everything that is sent, this one included.
    pub beside: Vec<String>,
    /// Something right by construction is sent, too.
    pub bearer: Option<ValueId>,
}

impl<'a> HeaderUse<'a> {
    /// The ways to authenticate where it goes.
    pub fn accepted(&self) -> Vec<&'a AuthForm> {
        forms(self.endpoint, self.path.as_deref())
    }

    /// Whether a header that the provider reads a key from is sent beside this one, or credentials are set by construction.
    pub fn has_another_right(&self) -> bool {
        let right =
            |name: &String| *name != self.name && self.accepted().iter().any(|it| it.header.eq_ignore_ascii_case(name));
        self.bearer.is_some() || self.beside.iter().any(right)
    }

    /// The provider it goes to, unless that is a server on one's own machine.
    pub fn provider(&self) -> Option<&'a Provider> {
        self.endpoint.provider().filter(|it| !it.local)
    }
}

/// Finds every header of a document whose name is known.
pub(super) fn headers<'a>(usage: &Usage<'a>) -> Vec<HeaderUse<'a>> {
    let mut res: Vec<HeaderUse<'a>> = Vec::new();
    for request in usage.requests() {
        add(&mut res, &request.headers, request.endpoint, request.path.as_deref(), request.bearer);
    }
    for client in usage.clients() {
        let Some(call) = usage.facts().call(client.call) else { continue };
        if let ClientOption::Given(map) = usage.resolver().client_option(call, &client.sdk.header_options) {
            let map = usage.resolver().map(map);
            add(&mut res, &map.entries, client.endpoint, None, None);
        }
    }
    add_unsent(usage, &mut res);
    res
}

fn add<'a>(
    res: &mut Vec<HeaderUse<'a>>,
    entries: &[MapEntry],
    endpoint: Endpoint<'a>,
    path: Option<&str>,
    bearer: Option<ValueId>,
) {
    let beside: Vec<String> = entries.iter().filter_map(|it| it.key.as_deref()).map(str::to_ascii_lowercase).collect();
    for entry in entries {
        let Some(name) = entry.key.as_deref() else { continue };
        res.push(HeaderUse {
            entry: entry.clone(),
            name: name.to_ascii_lowercase(),
            endpoint,
            path: path.map(str::to_owned),
            beside: beside.clone(),
            bearer,
        });
    }
}

/// Headers in maps that are called headers but that no request in this file is seen to send: they go to the provider that
/// their key names, if it names one.
fn add_unsent<'a>(usage: &Usage<'a>, res: &mut Vec<HeaderUse<'a>>) {
    let facts = usage.facts();
    for (id, value) in facts.values() {
        let ValueKind::Map(map) = &value.kind else { continue };
        if map.entries.is_empty() || !is_called_headers(usage, id) {
            continue;
        }
        let entries = usage.resolver().map(id).entries;
        if entries.iter().any(|it| res.iter().any(|sent| sent.entry.value == it.value)) {
            continue;
        }
        let auth =
            entries.iter().find(|it| it.key.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("authorization")));
        let Some(auth) = auth else { continue };
        let hole = usage.resolver().text(auth.value).holes().last().unwrap_or(auth.value);
        let provider = usage.credential(hole).and_then(|it| it.provider);
        if let Some(provider) = provider.filter(|it| it.llm && !it.thin) {
            add(res, &entries, Endpoint::Provider(provider), None, None);
        }
    }
}

/// Whether the place that a map is put in calls it headers: a variable, a keyword, a key, the function that returns it.
fn is_called_headers(usage: &Usage<'_>, map: ValueId) -> bool {
    let facts = usage.facts();
    let says = |name: &str| name.to_ascii_lowercase().ends_with("headers");
    if let Some(parent) = facts.parent_past_transparent(map) {
        return match &facts[parent].kind {
            ValueKind::Call(call) => call.arguments.iter().any(|it| it.value == map && it.name.as_ref().is_some_and(|(it, _)| says(it))),
            ValueKind::Map(outer) => outer.entries.iter().any(|entry| match entry {
                crate::facts::Entry::Pair { key, value, .. } => {
                    *value == map && matches!(&facts[*key].kind, ValueKind::Text(text) if text.literal().is_some_and(|it| says(&it)))
                }
                crate::facts::Entry::Spread(_) => false,
            }),
            _ => false,
        };
    }
    facts.stores().any(|(_, store)| {
        let here = store.value.is_some_and(|it| facts.past_transparent(it) == map);
        let name = match (store.place.path.last(), &store.place.root) {
            (Some(crate::facts::Step::Key(key, _)), _) => Some(&**key),
            (None, crate::facts::Root::Name(name)) => Some(&**name),
            _ => None,
        };
        here && name.is_some_and(says)
    })
}

/// How an authentication header's value begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthValue {
    /// Nothing but this value.
    Bare(ValueId),
    /// Literal text, then values; the text in front of the first value (all of it if there is none), whether a value
    /// follows, and the text behind the last one.
    Prefixed {
        /// In front.
        prefix: String,
        /// The last value.
        hole: Option<ValueId>,
        /// Behind.
        suffix: String,
    },
}

impl Usage<'_> {
    /// How a header's value is put together.
    pub fn auth_value(&self, value: ValueId) -> AuthValue {
        let text = self.resolver().text(value);
        if let Some(hole) = text.only_hole() {
            return AuthValue::Bare(hole);
        }
        let mut suffix = String::new();
        for piece in text.pieces.iter().rev() {
            match piece {
                crate::usage::texts::Piece::Literal { text, .. } => suffix.insert_str(0, text),
                crate::usage::texts::Piece::Hole { .. } => break,
            }
        }
        AuthValue::Prefixed { prefix: text.prefix(), hole: text.holes().last(), suffix }
    }

    /// The expression inside forms that only change a header value's type: `HeaderValue::from_str(&x)?`.
    pub fn past_header_value(&self, value: ValueId) -> ValueId {
        let facts = self.facts();
        let mut at = value;
        loop {
            at = match &facts[at].kind {
                ValueKind::Transparent(inner) | ValueKind::Propagate(inner) => *inner,
                ValueKind::Call(call) => match self.resolver().call_row(at) {
                    Some(crate::catalog::libraries::Row::Passes(crate::catalog::libraries::Passed::Argument(n))) => {
                        match call.positional(*n) {
                            Some(argument) => argument.value,
                            None => return at,
                        }
                    }
                    Some(crate::catalog::libraries::Row::Passes(_))
                        if self
                            .resolver()
                            .callee_name(call)
                            .is_some_and(|it| ["unwrap", "expect", "parse"].contains(&it)) =>
                    {
                        match self.resolver().receiver(call) {
                            Some(receiver)
                                if facts.call(receiver).is_some_and(|it| {
                                    self.resolver().path(it.callee).is_some_and(|it| it.contains("HeaderValue"))
                                }) =>
                            {
                                receiver
                            }
                            _ => return at,
                        }
                    }
                    _ => return at,
                },
                _ => return at,
            };
        }
    }

    /// Where the literal pieces of an expression itself stand, in order (those of values it names left out).
    pub fn own_pieces(&self, value: ValueId) -> Vec<(String, crate::text::TextRange)> {
        let facts = self.facts();
        match &facts[facts.past_transparent(value)].kind {
            ValueKind::Text(text) => {
                let literal = |part: &Part| match part {
                    Part::Literal { text, range } => Some((text.to_string(), facts.at(value.chunk, *range))),
                    Part::Hole { .. } => None,
                };
                text.parts.iter().filter_map(literal).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The ways to authenticate at an endpoint.
pub fn forms<'a>(endpoint: Endpoint<'a>, path: Option<&str>) -> Vec<&'a AuthForm> {
    let holds = |it: &&AuthForm| match (&it.path_prefix, path) {
        (Some(prefix), Some(path)) => path.starts_with(prefix.as_str()),
        _ => true,
    };
    endpoint.provider().into_iter().flat_map(|it| it.auth.iter().filter(holds)).collect()
}
