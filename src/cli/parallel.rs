//! Work on many files at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does a piece of work for every item on so many threads. Heavy items are left to one thread, so that no two of them are
/// in memory together. The results stand in the order of the items.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    is_heavy: impl Fn(&T) -> bool,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let (heavy, light): (Vec<usize>, Vec<usize>) = (0..items.len()).partition(|it| is_heavy(&items[*it]));
    let lanes = [(heavy, AtomicUsize::new(0)), (light, AtomicUsize::new(0))];
    let worker = |first: usize| {
        let mut done = Vec::new();
        for (numbers, next) in &lanes[first..] {
            while let Some(at) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((*at, work(&items[*at])));
            }
        }
        done
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads = 0..threads.clamp(1, items.len().max(1));
        let start = |it: usize| {
            let worker = &worker;
            let builder = std::thread::Builder::new().stack_size(crate::linter::STACK);
            builder.spawn_scoped(scope, move || worker(it.min(1))).expect("the system has room for a thread a core")
        };
        let workers: Vec<_> = threads.map(start).collect();
        workers.into_iter().flat_map(|it| it.join().expect("panics are caught file by file")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_heavy_work_is_alone() {
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items: Vec<usize> = (0..200).map(|it| it * 7 % 13).collect();
        let is_heavy = |it: &usize| *it > 9;
        let work = |it: &usize| {
            if is_heavy(it) {
                most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                inside.fetch_sub(1, Ordering::SeqCst);
            }
            *it
        };
        assert_eq!(map(&items, 8, is_heavy, work), items);
        assert_eq!(map(&items, 1, is_heavy, work), items);

        assert!(map(&[], 4, is_heavy, work).is_empty());
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }
}
