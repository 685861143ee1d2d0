//! Raw HTTP requests: where they go, and which headers they carry.

use crate::catalog::Catalog;
use crate::catalog::libraries::{Request as RequestRow, Row};
use crate::facts::{Call, ValueId};
use crate::usage::clients::Endpoint;
use crate::usage::maps::MapEntry;
use crate::usage::resolve::Resolver;

/// How many calls a builder chain may have.
const CHAIN: usize = 64;

/// A request, or a session whose requests share a base URL and headers.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The call that sends or begins it, or that makes the session.
    pub call: ValueId,
    /// Where it goes.
    pub endpoint: Endpoint<'a>,
    /// The path of its URL with the leading slash, as far as it is known.
    pub path: Option<String>,
    /// The method in upper case, if the call says it.
    pub method: Option<String>,
    /// The headers that are known.
    pub headers: Vec<MapEntry>,
    /// It may carry others.
    pub open: bool,
    /// The call that sets `Authorization: Bearer` by itself (`bearer_auth`).
    pub bearer: Option<ValueId>,
    /// The body or options map, if there is one.
    pub body: Option<ValueId>,
    /// Whether it is a session, not a single request.
    pub session: bool,
}

/// Finds every request of a document.
pub fn requests<'a>(resolver: &Resolver<'a>, catalog: &'a Catalog) -> Vec<Request<'a>> {
    let mut res: Vec<Request<'a>> = Vec::new();
    for (id, call) in resolver.facts.calls() {
        match resolver.path_row(call) {
            Some(Row::Request(row)) => res.push(request(resolver, catalog, id, call, row)),
            Some(Row::Session { base_url, headers }) => {
                let base = base_url.as_ref().and_then(|it| resolver.argument(call, it));
                let (path, endpoint) = base.map_or((None, Endpoint::Unknown), |it| resolver.endpoint(it, catalog));
                let mut session = Request::new(id, endpoint, path);
                session.session = true;
                session.add_map(resolver, headers.as_ref().and_then(|it| resolver.argument(call, it)));
                res.push(session);
            }
            _ => {}
        }
    }
    add_calls(resolver, &mut res);
    add_session_stores(resolver, &mut res);
    inherit(resolver, &mut res);
    res
}

fn request<'a>(
    resolver: &Resolver<'a>,
    catalog: &'a Catalog,
    id: ValueId,
    call: &Call,
    row: &RequestRow,
) -> Request<'a> {
    let url = resolver.argument(call, &row.url);
    let (path, endpoint) = url.map_or((None, Endpoint::Unknown), |it| resolver.endpoint(it, catalog));
    let mut res = Request::new(id, endpoint, path);
    res.method.clone_from(&row.method);
    res.body = row.body.as_ref().and_then(|it| resolver.argument(call, it));
    res.open = call.has_spread();
    res.add_map(resolver, row.headers.as_ref().and_then(|it| resolver.argument(call, it)));
    res
}

impl<'a> Request<'a> {
    fn new(call: ValueId, endpoint: Endpoint<'a>, path: Option<String>) -> Self {
        Self {
            call,
            endpoint,
            path,
            method: None,
            headers: Vec::new(),
            open: false,
            bearer: None,
            body: None,
            session: false,
        }
    }

    fn add_map(&mut self, resolver: &Resolver<'_>, map: Option<ValueId>) {
        let Some(map) = map else { return };
        let map = resolver.map(map);
        self.headers.extend(map.entries);
        self.open |= map.open;
    }
}

/// Adds headers set by calls on a request, its builder, or its session.
fn add_calls(resolver: &Resolver<'_>, requests: &mut [Request<'_>]) {
    for (id, call) in resolver.facts.calls() {
        let Some(row) = resolver.path_row(call) else { continue };
        if !matches!(row, Row::Header { .. } | Row::Headers(_) | Row::Body(_) | Row::BearerAuth) {
            continue;
        }
        let Some(receiver) = resolver.receiver(call) else { continue };
        let roots = roots(resolver, receiver);
        let same_object = |request: &Request<'_>| {
            let sent_by = resolver.facts.call(request.call).and_then(|it| resolver.receiver(it));
            sent_by.is_some_and(|it| {
                let made = resolver.origins(it);
                made.values().any(|it| roots.contains(&it))
            })
        };
        for request in requests.iter_mut().filter(|it| roots.contains(&it.call) || (!it.session && same_object(it))) {
            match row {
                Row::Header { name, value } => {
                    if let (Some(name), Some(value)) = (resolver.argument(call, name), resolver.argument(call, value)) {
                        request.headers.push(resolver.pair(name, value));
                    }
                }
                Row::Headers(map) => request.add_map(resolver, resolver.argument(call, map)),
                Row::Body(body) => request.body = resolver.argument(call, body),
                Row::BearerAuth => request.bearer = Some(id),
                _ => {}
            }
        }
    }
}

/// The calls that a builder or object goes back to: itself, and the receivers of the calls that made it.
fn roots(resolver: &Resolver<'_>, receiver: ValueId) -> Vec<ValueId> {
    let mut res = Vec::new();
    let mut todo = vec![receiver];
    for _ in 0..CHAIN {
        let Some(at) = todo.pop() else { break };
        // `session.headers.update(…)`: the session is what `session` stands for.
        if let crate::facts::ValueKind::Member { object, .. } = resolver.facts[resolver.facts.past_transparent(at)].kind
        {
            todo.push(object);
        }
        for origin in resolver.origins(at).values() {
            if res.contains(&origin) {
                continue;
            }
            let Some(call) = resolver.facts.call(origin) else { continue };
            res.push(origin);
            if !matches!(resolver.path_row(call), Some(Row::Request(_) | Row::Session { .. })) {
                todo.extend(resolver.receiver(call));
            }
        }
    }
    res
}

/// Adds `session.headers["X"] = v` and `axios.defaults.headers.common.X = v`.
fn add_session_stores(resolver: &Resolver<'_>, requests: &mut [Request<'_>]) {
    let facts = resolver.facts;
    for (id, store) in facts.stores() {
        let (Some(value), Some((last, inner))) = (store.value, store.place.path.split_last()) else { continue };
        let is_headers =
            |step: &crate::facts::Step| matches!(step, crate::facts::Step::Key(key, _) if &**key == "headers");
        if !inner.iter().any(is_headers) {
            continue;
        }
        let made = session_of(resolver, id);
        let entry = match last {
            crate::facts::Step::Key(key, range) => {
                MapEntry { key: Some(key.to_string()), key_range: facts.at(id.chunk, *range), key_value: None, value }
            }
            crate::facts::Step::Computed(key) => resolver.pair(*key, value),
            _ => continue,
        };
        for request in requests.iter_mut().filter(|it| it.session && made.contains(&it.call)) {
            if !request.headers.contains(&entry) {
                request.headers.push(entry.clone());
            }
        }
    }
}

/// The calls that may have made the object whose `headers` a store goes into.
fn session_of(resolver: &Resolver<'_>, id: crate::facts::StoreId) -> Vec<ValueId> {
    use crate::facts::{FunctionId, Root, Step};
    let facts = resolver.facts;
    let store = &facts[id];
    if let Some(made) = intercepted(resolver, id) {
        return made;
    }
    let stores = match (&store.place.root, store.place.path.first()) {
        (Root::Name(name), _) => facts.stores_of(name, store.scope),
        (Root::This, Some(Step::Key(key, _))) => {
            facts.class_around(FunctionId(id.chunk)).map_or_else(Vec::new, |it| facts.member_stores(it, key))
        }
        _ => Vec::new(),
    };
    let made = stores.into_iter().filter(|it| *it != id).filter_map(|it| facts[it].value);
    made.flat_map(|it| resolver.origins(it).values().collect::<Vec<_>>()).collect()
}

/// The sessions whose requests a store changes from inside an interceptor:
/// `session.interceptors.request.use((config) => { config.headers.X = v })`.
fn intercepted(resolver: &Resolver<'_>, id: crate::facts::StoreId) -> Option<Vec<ValueId>> {
    use crate::facts::{FunctionId, ValueKind};
    let facts = resolver.facts;
    let inside = |value: ValueId| matches!(facts[facts.past_transparent(value)].kind, ValueKind::Function(it) if it == FunctionId(id.chunk));
    let (_, call) = facts.calls().find(|(_, call)| {
        resolver.callee_name(call) == Some("use") && call.arguments.iter().any(|it| inside(it.value))
    })?;
    let mut at = resolver.receiver(call)?;
    for name in ["request", "interceptors"] {
        match &facts[at].kind {
            ValueKind::Member { object, name: it, .. } if **it == *name => at = *object,
            _ => return None,
        }
    }
    Some(resolver.origins(at).values().collect())
}

/// A session without a base URL goes where all its requests go; a request without a host goes to its session's.
fn inherit(resolver: &Resolver<'_>, requests: &mut [Request<'_>]) {
    let made: Vec<ValueId> = requests.iter().filter(|it| it.session).map(|it| it.call).collect();
    if made.is_empty() {
        return;
    }
    let session = |request: &Request<'_>| {
        let receiver = resolver.receiver(resolver.facts.call(request.call)?)?;
        roots(resolver, receiver).into_iter().find(|it| made.contains(it) && *it != request.call)
    };
    let sessions: Vec<Option<ValueId>> = requests.iter().map(session).collect();
    for at in 0..requests.len() {
        if requests[at].session && matches!(requests[at].endpoint, Endpoint::Unknown) {
            let here = |(of, it): &(&Option<ValueId>, &Request<'_>)| **of == Some(requests[at].call) && !it.session;
            let mut providers = sessions.iter().zip(requests.iter()).filter(here).map(|(_, it)| it.endpoint);
            let Some(first) = providers.next() else { continue };
            let id = |it: Endpoint<'_>| it.provider().map(|it| it.id.clone());
            if id(first).is_some() && providers.all(|it| id(it) == id(first)) {
                requests[at].endpoint = first;
            }
        }
    }
    for at in 0..requests.len() {
        let Some(session) = sessions[at].and_then(|it| requests.iter().find(|other| other.call == it).cloned()) else {
            continue;
        };
        if matches!(requests[at].endpoint, Endpoint::Unknown) {
            requests[at].endpoint = session.endpoint;
        }
        requests[at].open |= session.open || !session.headers.is_empty();
    }
}
