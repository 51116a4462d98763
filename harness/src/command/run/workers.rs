//! Work shared among threads, its results in the order of the work.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// As many threads as the machine has cores, where nobody says otherwise.
pub(super) fn default_jobs() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Does `work` for each item on up to `jobs` threads and hands the results to `receive` on this one,
/// in the order of the items. What `receive` sees does not depend on `jobs`; when it breaks, no more
/// work is begun, and results of work that is under way are dropped.
pub(super) fn in_order<Item: Sync, Out: Send>(
    items: &[Item],
    jobs: NonZeroUsize,
    work: impl Fn(&Item) -> Out + Sync,
    mut receive: impl FnMut(Out) -> ControlFlow<()>,
) {
    let next = AtomicUsize::new(0);
    let is_over = AtomicBool::new(false);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(items.len()) {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                while !is_over.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    if sender.send((index, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (index, result) in results {
            early.insert(index, result);
            while let Some(result) = early.remove(&due) {
                due += 1;
                if receive(result).is_break() {
                    is_over.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("at least one")
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let items: Vec<u64> = (0..200).collect();
        for count in [1, 2, 3, 16] {
            let mut seen = Vec::new();
            in_order(
                &items,
                jobs(count),
                |item| item * 2,
                |result| {
                    seen.push(result);
                    ControlFlow::Continue(())
                },
            );
            assert_eq!(seen, (0..200).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_break_ends_the_work_at_the_same_result_each_time() {
        let items: Vec<u64> = (0..200).collect();
        for count in [1, 4] {
            let mut seen = Vec::new();
            in_order(&items, jobs(count), u64::clone, |result| {
                seen.push(result);
                if result == 5 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
        }
    }

    #[test]
    fn no_work_gives_no_result() {
        in_order(
            &[],
            jobs(4),
            |item: &u64| *item,
            |_| panic!("there is no result"),
        );
    }
}
