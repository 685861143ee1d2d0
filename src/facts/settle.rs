//! What only a finished chunk shows: parents, owners, the statements of stores, damage.

use std::num::NonZeroU32;

use super::{
    Arm, BlockId, Chunk, Id, Parent, RelativeRange, Root, StatementKind, Step, Store, StoreKind, Test, Value, ValueId,
    ValueKind,
};
use crate::text::TextRange;

/// Sets what only the finished chunk shows: parents, owners and blocks.
pub(super) fn finish(chunk: &mut Chunk) {
    let slot = chunk.function.scope.chunk;
    let Chunk { values, statements, blocks, stores, .. } = chunk;
    for (index, block) in blocks.iter().enumerate() {
        for statement in &block.statements {
            statements[statement.index as usize].block = Some(Id::new(slot, index as u32));
        }
    }
    for (index, statement) in statements.iter().enumerate() {
        let id = Id::new(slot, index as u32);
        each_block(&statement.kind, |it| blocks[it.index as usize].owner = Some(id));
        each_value(&statement.kind, stores, |it| values[it.index as usize].parent = Parent::Statement(id));
        if let StatementKind::Store(made) = &statement.kind {
            made.iter().for_each(|it| stores[it.index as usize].statement = Some(id));
        }
    }
    for block in blocks.iter() {
        if let (Some(tail), Some(owner)) = (block.tail, block.owner) {
            values[tail.index as usize].parent = Parent::Statement(owner);
        }
    }
    let mut children = Vec::new();
    for index in 0..values.len() {
        let parent = Parent::Value(Id::new(slot, index as u32));
        values[index].kind.each_child(|it| children.push(it));
        children.drain(..).filter(|it| it.chunk == slot).for_each(|it| values[it.index as usize].parent = parent);
    }
    chunk.statement_of = statements_of(&chunk.values);
    adopt_controls(chunk);
    place_stores(chunk);
}

/// The innermost statement around each value. Parents stand behind their children, so from the end each is settled by
/// what stands behind it; where one does not, its own parents are climbed.
fn statements_of(values: &[Value]) -> Vec<Option<NonZeroU32>> {
    let mut res = vec![None; values.len()];
    for index in (0..values.len()).rev() {
        let mut at = index;
        res[index] = loop {
            match values[at].parent {
                Parent::Statement(statement) => break NonZeroU32::new(statement.index + 1),
                Parent::Value(parent) if parent.index as usize > index => break res[parent.index as usize],
                Parent::Value(parent) => at = parent.index as usize,
                Parent::None => break None,
            }
        };
    }
    res
}

/// A store that no statement names (a loop's element, a handler's error, a declaration, an assignment inside an
/// expression) belongs to the innermost statement around it.
fn place_stores(chunk: &mut Chunk) {
    let by_start = |range: RelativeRange| (range.0.start, std::cmp::Reverse(range.0.end));
    let mut statements: Vec<usize> = (0..chunk.statements.len()).collect();
    // Of two statements of one range the outer one was made later.
    statements.sort_by_key(|it| (by_start(chunk.statements[*it].range), std::cmp::Reverse(*it)));
    let is_loose = |it: &usize| {
        let store = &chunk.stores[*it];
        store.statement.is_none() && !matches!(store.kind, StoreKind::Parameter(_))
    };
    let mut stores: Vec<usize> = (0..chunk.stores.len()).filter(is_loose).collect();
    stores.sort_by_key(|it| chunk.stores[*it].range.0.start);
    let (mut around, mut next): (Vec<usize>, usize) = (Vec::new(), 0);
    for store in stores {
        let range = chunk.stores[store].range.0;
        while let Some(statement) =
            statements.get(next).filter(|it| chunk.statements[**it].range.0.start <= range.start)
        {
            next += 1;
            around.push(*statement);
        }
        while around.last().is_some_and(|it| !chunk.statements[*it].range.0.contains(range)) {
            around.pop();
        }
        let slot = chunk.function.scope.chunk;
        chunk.stores[store].statement = around.last().map(|it| Id::new(slot, *it as u32));
    }
}

/// A statement that is a value's stands in the block of the statement around that value; its stores are placed there, too.
fn adopt_controls(chunk: &mut Chunk) {
    // Values are numbered from the inside out, so the outermost control statement is settled first.
    for index in (0..chunk.values.len()).rev() {
        let ValueKind::Control(inner) = chunk.values[index].kind else { continue };
        let around = match chunk.statement_of[index] {
            Some(outer) => chunk.statements[outer.get() as usize - 1].block,
            None => Some(chunk.function.body),
        };
        let block = &mut chunk.statements[inner.index as usize].block;
        *block = block.or(around);
    }
}

/// Calls `each` for every block that a statement owns.
pub(super) fn each_block(kind: &StatementKind, mut each: impl FnMut(BlockId)) {
    match kind {
        StatementKind::Branch { then, otherwise, .. } => {
            each(*then);
            otherwise.iter().copied().for_each(each);
        }
        StatementKind::Match { arms, .. } => arms.iter().for_each(|it| each(it.body)),
        StatementKind::Loop(it) => {
            each(it.body);
            it.otherwise.iter().copied().for_each(each);
        }
        StatementKind::Try { body, handlers, otherwise, finally } => {
            each(*body);
            handlers.iter().for_each(|it| each(it.body));
            otherwise.iter().chain(finally).copied().for_each(each);
        }
        StatementKind::With { body, .. } | StatementKind::Block(body) => each(*body),
        _ => {}
    }
}

/// Calls `each` for every value that a statement holds directly.
fn each_value(kind: &StatementKind, stores: &[Store], mut each: impl FnMut(ValueId)) {
    match kind {
        StatementKind::Expression(value) => each(*value),
        StatementKind::Return(value) | StatementKind::Raise(value) | StatementKind::Break { value, .. } => {
            value.iter().copied().for_each(each);
        }
        StatementKind::Store(made) => made.iter().for_each(|it| {
            let store = &stores[it.index as usize];
            store.value.iter().copied().for_each(&mut each);
            if let Root::Value(root) = store.place.root {
                each(root);
            }
            store.place.path.iter().for_each(|step| {
                if let Step::Computed(value) = step {
                    each(*value);
                }
            });
        }),
        StatementKind::Branch { test, .. } => test_values(test, each),
        StatementKind::Match { subject, arms } => {
            each(*subject);
            for Arm { pattern, guard, .. } in arms {
                pattern.literals.iter().chain(guard).copied().for_each(&mut each);
            }
        }
        StatementKind::Loop(it) => {
            if let super::LoopKind::Each(iterable) = it.kind {
                each(iterable);
            }
            it.update.iter().copied().for_each(&mut each);
            it.test.iter().for_each(|test| test_values(test, &mut each));
        }
        StatementKind::Try { handlers, .. } => handlers.iter().flat_map(|it| &it.types).copied().for_each(each),
        StatementKind::With { items: values, .. } | StatementKind::Other(values) => {
            values.iter().copied().for_each(each)
        }
        StatementKind::Continue { .. }
        | StatementKind::Block(_)
        | StatementKind::Function(_)
        | StatementKind::Class(_)
        | StatementKind::Import(_) => {}
    }
}

fn test_values(test: &Test, mut each: impl FnMut(ValueId)) {
    match test {
        Test::Value(value) => each(*value),
        Test::Pattern { pattern, subject } => {
            each(*subject);
            pattern.literals.iter().copied().for_each(each);
        }
    }
}

/// Marks the statements that hold damage. `damage` is sorted by start.
pub(super) fn spread_damage(chunk: &mut Chunk, damage: &[TextRange]) {
    for statement in &mut chunk.statements {
        let range = statement.range.0.shifted(chunk.base);
        let first = damage.partition_point(|it| it.start < range.start);
        statement.damaged = damage[first..].iter().take_while(|it| it.start <= range.end).any(|it| it.end <= range.end);
    }
}

/// Marks, for each damage, the innermost function that holds it. Chunks and `damage` are sorted by start.
pub(super) fn damage_functions(chunks: &mut [Chunk], damage: &[TextRange]) {
    let whole = |chunk: &Chunk| chunk.function.range.0.shifted(chunk.base);
    let (mut around, mut next): (Vec<usize>, usize) = (Vec::new(), 0);
    for range in damage {
        while chunks.get(next).is_some_and(|it| it.base <= range.start) {
            around.push(next);
            next += 1;
        }
        while around.last().is_some_and(|it| whole(&chunks[*it]).end < range.start) {
            around.pop();
        }
        if let Some(inner) = around.iter().rfind(|it| whole(&chunks[**it]).contains(*range)) {
            chunks[*inner].function.damaged = true;
        }
    }
}
