//! Finding retry constructs in a control graph.

use crate::facts::graph::{Graph, NodeId, Operation, Reached};
use crate::facts::{Entry, Facts, FunctionId, Root, StatementId, StoreId, StoreKind, Test, ValueId, ValueKind};
use crate::text::TextRange;
use crate::usage::resolve::Resolver;
use crate::usage::retries::attempt::{Attempts, Guard};
use crate::usage::retries::excuse::{self, Change};
use crate::usage::retries::inputs::Inputs;
use crate::usage::retries::wait::{Delay, Rounds, Wait, Waiting};
use crate::usage::retries::way::Ways;
use crate::usage::retries::{Failure, Retry, Shape, bound, wait};

/// Adds the constructs of a function to those found so far; the same construct is found once.
pub(super) fn find_in(resolver: &Resolver<'_>, attempts: &Attempts, function: FunctionId, res: &mut Vec<Retry>) {
    let facts = resolver.facts;
    if facts.broken || facts.function(function).damaged {
        return;
    }
    let Some(graph) = Graph::of(facts, function) else { return };
    let calls: Vec<ValueId> = graph
        .nodes()
        .filter_map(|(_, it)| match it.operation {
            Operation::Call(call) => Some(call),
            _ => None,
        })
        .collect();
    for call in calls {
        let Some(attempt) = attempts.get(call).filter(|it| it.guard < Guard::Well) else { continue };
        if facts.function(facts.function_of(call)).damaged {
            continue;
        }
        let Some(ways) = Ways::of(resolver, &graph, call, attempt) else { continue };
        let found = Search { ways: &ways, attempts, function, guard: attempt.guard }.find();
        if let Some(found) = found
            && !res.iter().any(|it| it.range(resolver) == found.range(resolver))
        {
            res.push(found);
        }
    }
}

struct Search<'s, 'g, 'r, 'a> {
    ways: &'s Ways<'g, 'r, 'a>,
    attempts: &'s Attempts,
    function: FunctionId,
    guard: Guard,
}

impl Search<'_, '_, '_, '_> {
    fn facts(&self) -> &Facts {
        self.ways.facts()
    }

    fn find(&self) -> Option<Retry> {
        let failures = self.ways.failures();
        if failures.is_empty() {
            return None;
        }
        let mut loops = self.loops();
        loops.sort_by_key(|it| self.facts().range(*it).len());
        let looped = loops.into_iter().find_map(|it| self.looped(it, &failures));
        looped.or_else(|| self.recursion(&failures))
    }

    /// The loops around the call that this graph runs.
    fn loops(&self) -> Vec<StatementId> {
        let call = self.facts().range(self.ways.call);
        let around = |it: &StatementId| {
            let range = self.facts().range(*it);
            range.contains(call) && self.facts()[*it].as_loop().is_some_and(|it| !self.is_iterated(it, call))
        };
        let heads = self.ways.graph.nodes().filter_map(|(_, it)| match it.operation {
            Operation::Loop(statement) => Some(statement),
            _ => None,
        });
        let mut res: Vec<StatementId> = heads.filter(around).collect();
        res.dedup();
        res
    }

    /// Whether the call stands in what a loop goes over, which runs once.
    fn is_iterated(&self, it: &crate::facts::Loop, call: TextRange) -> bool {
        match it.kind {
            crate::facts::LoopKind::Each(iterable) => self.facts().range(iterable).contains(call),
            _ => false,
        }
    }

    /// A loop whose failure path reaches the call again and whose success path leaves.
    fn looped(&self, statement: StatementId, failures: &[NodeId]) -> Option<Retry> {
        let ways = self.ways;
        let facts = self.facts();
        let range = facts.range(statement);
        let it = facts[statement].as_loop()?;
        let first = *ways.nodes.first()?;
        let within = Some(statement);
        let rounds = Rounds { resolver: ways.resolver, range, changing: Vec::new() };
        let inputs = Inputs::of(ways.resolver.facts, ways.call, range);
        let counting = bound::is_counting(ways.resolver, it);
        let element = excuse::goes_over(facts, statement, &inputs, counting);
        if element == Change::Other || excuse::asks_a_person(ways.resolver, range) {
            return None;
        }
        let returning: Vec<(NodeId, Reached)> = failures
            .iter()
            .map(|it| (*it, ways.between(*it, first, within)))
            .filter(|(entry, way)| way.holds(*entry) && way.holds(first))
            .collect();
        if returning.is_empty() || !self.success_leaves(statement, &rounds, &inputs, &returning) {
            return None;
        }
        let mut adapts = element;
        let mut res = Vec::new();
        for (entry, way) in &returning {
            if self.is_excused(*entry) {
                continue;
            }
            let way = match excuse::change(&rounds, ways.graph, way, &inputs) {
                Change::Other => return None,
                Change::None => way.clone(),
                Change::Adapts => {
                    // Only a way that nothing changes is judged, if there is one.
                    let same = ways.between_without(*entry, first, within, |it| {
                        excuse::change_by(&rounds, ways.graph, it, &inputs) != Change::None
                    });
                    if !same.holds(*entry) || !same.holds(first) {
                        adapts = Change::Adapts;
                    }
                    if adapts == Change::Adapts { way.clone() } else { same }
                }
            };
            res.push(self.failure(&rounds, *entry, &way, statement));
        }
        if res.is_empty() {
            return None;
        }
        let counter = bound::counter(ways.resolver, statement, it).filter(|counter| {
            counter.limit.is_some() || returning.iter().any(|(_, way)| bound::tests_counter(ways, way, &counter.name))
        });
        let attempts = counter.as_ref().and_then(|it| it.attempts(ways.resolver));
        Some(Retry {
            function: self.function,
            shape: Shape::Loop(statement),
            call: ways.call,
            failures: res,
            counter,
            attempts,
            adapts: adapts == Change::Adapts,
            guard: self.guard,
        })
    }

    fn success_leaves(
        &self,
        statement: StatementId,
        rounds: &Rounds<'_, '_>,
        inputs: &Inputs<'_>,
        returning: &[(NodeId, Reached)],
    ) -> bool {
        let ways = self.ways;
        let after = ways.after_success(Some(statement));
        let range = self.facts().range(statement);
        let leaves = after.nodes().any(|it| ways.is_outside(it, range));
        let next: Vec<NodeId> = ways
            .graph
            .nodes()
            .filter(|(id, it)| it.operation == Operation::Next(statement) && after.holds(*id))
            .map(|(id, _)| id)
            .collect();
        let Some(next) = next.first() else { return leaves };
        let back = after.and(&ways.graph.leading_to(*next, |from, _| after.holds(from)));
        if !leaves {
            return self.sets_flag(statement, &back, inputs, returning);
        }
        !excuse::collects(rounds, ways.graph, &back, inputs)
    }

    /// Whether the success path stores what the loop's test asks, and the failure paths do not.
    fn sets_flag(
        &self,
        statement: StatementId,
        back: &Reached,
        inputs: &Inputs<'_>,
        returning: &[(NodeId, Reached)],
    ) -> bool {
        let facts = self.facts();
        let Some(Test::Value(test)) = facts[statement].as_loop().and_then(|it| it.test.as_ref()) else { return false };
        let asked = names_of(facts, *test);
        let stored = |node: NodeId| match self.ways.graph.operation(node) {
            Operation::Store(store) => Some(store),
            _ => None,
        };
        let fails_with = |store: StoreId| {
            returning.iter().any(|(_, way)| way.nodes().filter_map(stored).any(|it| same_place(facts, it, store)))
        };
        back.nodes().filter_map(stored).any(|store| {
            let it = &facts[store];
            let is_asked = match &it.place.root {
                Root::Name(name) => asked.contains(&&**name),
                _ => false,
            };
            is_asked && it.kind != StoreKind::Augment && inputs.stored(it).is_none() && !fails_with(store)
        })
    }

    fn handler(&self, entry: NodeId) -> Option<(StatementId, u32)> {
        match self.ways.graph.operation(entry) {
            Operation::Handler(statement, place) => Some((statement, place)),
            _ => None,
        }
    }

    fn is_excused(&self, entry: NodeId) -> bool {
        self.handler(entry).is_some_and(|(statement, place)| {
            let types = excuse::handler_types(self.ways.facts(), statement, place);
            excuse::catches_nothing_retryable(self.ways.resolver, types)
        })
    }

    fn failure(&self, rounds: &Rounds<'_, '_>, entry: NodeId, way: &Reached, statement: StatementId) -> Failure {
        let mut res = self.waits(rounds, entry, way, None);
        res.turns = way
            .nodes()
            .filter_map(|it| match self.ways.graph.operation(it) {
                Operation::Continue(it) if self.facts().range(statement).contains(self.facts().range(it)) => Some(it),
                _ => None,
            })
            .collect();
        res
    }

    /// The waits on a way; what happens at its end is no part of it.
    fn waits(&self, rounds: &Rounds<'_, '_>, entry: NodeId, way: &Reached, end: Option<NodeId>) -> Failure {
        let mut waits: Vec<Wait> = Vec::new();
        let mut idle = Vec::new();
        for node in way.nodes().filter(|it| !self.ways.nodes.contains(it) && Some(*it) != end) {
            match self.ways.graph.operation(node) {
                Operation::Call(call) => match rounds.waiting(call) {
                    Waiting::Yes(it) if !waits.iter().any(|known| known.call == call) => waits.push(it),
                    Waiting::Idle => idle.push(call),
                    _ if self.runs_another_guarded(call) => waits.push(unknown(call)),
                    _ => {}
                },
                Operation::Await(value) if self.awaits_a_wait(value) => waits.push(unknown(value)),
                _ => {}
            }
        }
        let rejection = match self.ways.graph.operation(entry) {
            Operation::Rejection(call) => Some(call),
            _ => None,
        };
        Failure { handler: self.handler(entry), rejection, waits, idle, turns: Vec::new() }
    }

    /// Whether another call on the way retries by itself: who knows how long it takes.
    fn runs_another_guarded(&self, call: ValueId) -> bool {
        self.attempts.get(call).is_some_and(|it| it.guard == Guard::Well)
    }

    fn awaits_a_wait(&self, value: ValueId) -> bool {
        match self.facts()[value].kind {
            ValueKind::Await(inner) => wait::last_name(self.facts(), inner).is_some_and(wait::is_wait_name),
            _ => false,
        }
    }

    /// A failure path that calls the function again.
    fn recursion(&self, failures: &[NodeId]) -> Option<Retry> {
        let ways = self.ways;
        let mut res: Option<Retry> = None;
        // What success reaches, too, is no answer to a failure.
        let succeeded = ways.after_success(None);
        for entry in failures.iter().filter(|it| !self.is_excused(**it)) {
            let after = ways.after_failure(*entry, None);
            let again =
                after.nodes().filter(|it| !succeeded.holds(*it)).find_map(|it| match ways.graph.operation(it) {
                    Operation::Call(call) => Some((it, call, self.calls_itself(call)?)),
                    _ => None,
                });
            let Some((node, scheduled, again)) = again else { continue };
            let Some(changing) = self.same_request(again) else { continue };
            let rounds = Rounds { resolver: ways.resolver, range: TextRange::empty(0), changing };
            let mut failure = self.waits(&rounds, *entry, &ways.between(*entry, node, None), Some(node));
            failure.waits.extend(self.timer(&rounds, scheduled));
            // The next attempt begins with what the function does before its call.
            if let Some(first) = ways.nodes.first() {
                let again = ways.between(Graph::ENTRY, *first, None);
                failure.waits.extend(self.waits(&rounds, *entry, &again, None).waits);
            }
            match &mut res {
                Some(known) => known.failures.push(failure),
                None => {
                    res = Some(Retry {
                        function: self.function,
                        shape: Shape::Recursion(again),
                        call: ways.call,
                        failures: vec![failure],
                        counter: None,
                        attempts: bound::recursion_attempts(ways.resolver, self.function, again),
                        adapts: false,
                        guard: self.guard,
                    });
                }
            }
        }
        res
    }

    /// The call of the function itself that a call is, or that the callback it is given makes.
    fn calls_itself(&self, value: ValueId) -> Option<ValueId> {
        let facts = self.facts();
        let call = facts.call(value)?;
        if self.is_itself(call) {
            return Some(value);
        }
        let callbacks: Vec<FunctionId> = call
            .arguments
            .iter()
            .filter_map(|it| match facts[facts.past_transparent(it.value)].kind {
                ValueKind::Function(function) => Some(function),
                _ => None,
            })
            .collect();
        if self.ways.resolver.callee_name(call) != Some(wait::TIMER) && !call.constructs {
            return None;
        }
        let mut inside = facts.calls().filter(|(id, _)| {
            let function = facts.function_of(*id);
            callbacks.iter().any(|it| *it == function || facts.function(function).parent == Some(*it))
        });
        inside.find(|(_, it)| self.is_itself(it)).map(|(id, _)| id)
    }

    fn is_itself(&self, call: &crate::facts::Call) -> bool {
        self.ways.resolver.local_callee(call) == Some(self.function)
    }

    /// The wait of `setTimeout(() => again(), ms)`.
    fn timer(&self, rounds: &Rounds<'_, '_>, scheduled: ValueId) -> Option<Wait> {
        let facts = self.facts();
        let call = facts.call(scheduled)?;
        let timer = match self.ways.resolver.callee_name(call) {
            Some(wait::TIMER) => scheduled,
            _ if call.constructs => facts
                .calls()
                .find(|(id, it)| {
                    facts.range(scheduled).contains(facts.range(*id))
                        && self.ways.resolver.callee_name(it) == Some(wait::TIMER)
                })
                .map(|(id, _)| id)?,
            _ => return None,
        };
        let duration = facts.call(timer)?.positional(1)?.value;
        Some(Wait { call: timer, delay: rounds.delay(duration), duration: Some(duration), per_second: 1000.0 })
    }

    /// The parameters whose argument changes when the function calls itself; `None` if it asks something or somebody else.
    fn same_request(&self, again: ValueId) -> Option<Vec<StoreId>> {
        let facts = self.facts();
        let call = facts.call(again)?;
        let parameters = &facts.function(self.function).parameters;
        let mut changing = Vec::new();
        for (place, argument) in call.arguments.iter().enumerate() {
            if argument.spread {
                continue;
            }
            let parameter = match &argument.name {
                Some((name, _)) => parameters.iter().find(|it| it.name.as_deref() == Some(name)),
                None => parameters.get(place),
            };
            let Some(parameter) = parameter else { continue };
            let Some(name) = parameter.name.as_deref() else {
                changing.extend(self.parts(argument.value)?);
                continue;
            };
            let mut passed = facts.past_transparent(argument.value);
            if let Some(inner) = facts.call(passed)
                && self.ways.resolver.callee_name(inner) == Some("clone")
            {
                passed = facts.past_transparent(self.ways.resolver.receiver(inner)?);
            }
            if matches!(&facts[passed].kind, ValueKind::Name(it) if **it == *name) {
                continue;
            }
            if !is_counted(facts, passed, name) {
                return None;
            }
            changing.extend(parameter.store);
        }
        Some(changing)
    }
}

impl Search<'_, '_, '_, '_> {
    /// The destructured parameters that a map passes on changed; `None` if one asks something or somebody else.
    fn parts(&self, passed: ValueId) -> Option<Vec<StoreId>> {
        let facts = self.facts();
        let ValueKind::Map(map) = &facts[facts.past_transparent(passed)].kind else { return None };
        let mut res = Vec::new();
        for entry in &map.entries {
            let Entry::Pair { key, value, .. } = entry else { continue };
            let ValueKind::Text(key) = &facts[*key].kind else { return None };
            let name = key.literal()?;
            if matches!(&facts[facts.past_transparent(*value)].kind, ValueKind::Name(it) if **it == *name) {
                continue;
            }
            if !is_counted(facts, facts.past_transparent(*value), &name) {
                return None;
            }
            let scope = facts.function(self.function).scope;
            res.extend(facts.stores_of(&name, scope).into_iter().filter(|it| facts[*it].scope == scope));
        }
        Some(res)
    }
}

/// Whether a parameter is passed on changed as a counter or a delay is: `retries - 1`, `delay * 2`, `min(delay * 2, 60)`, or
/// as an object whose only changed part is one.
fn is_counted(facts: &Facts, passed: ValueId, name: &str) -> bool {
    match &facts[passed].kind {
        ValueKind::Map(_) => true,
        ValueKind::Number(_) | ValueKind::Boolean(_) => true,
        ValueKind::Binary { operator, .. } if matches!(&**operator, "+" | "-" | "*" | "/" | "**" | "<<") => {
            names_of(facts, passed).contains(&name)
        }
        ValueKind::Call(_) => names_of(facts, passed).contains(&name),
        ValueKind::Assign { .. } | ValueKind::Unary { .. } => true,
        _ => false,
    }
}

fn unknown(call: ValueId) -> Wait {
    Wait { call, delay: Delay::Unknown, duration: None, per_second: 1.0 }
}

fn names_of(facts: &Facts, value: ValueId) -> Vec<&str> {
    let mut res = Vec::new();
    let mut todo = vec![value];
    while let Some(at) = todo.pop() {
        if let ValueKind::Name(name) = &facts[at].kind {
            res.push(&**name);
        }
        facts[at].kind.each_child(|it| todo.push(it));
    }
    res
}

fn same_place(facts: &Facts, a: StoreId, b: StoreId) -> bool {
    facts[a].place.root == facts[b].place.root
}
