//! Work shared among threads, its results in the order of the work.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// As many threads as the machine has cores, where nobody says otherwise.
pub(super) fn default_jobs() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// How long nobody is told that nothing new has come.
const PATIENCE: Duration = Duration::from_millis(200);

/// What is told of the work.
pub(super) enum News<'a, Out> {
    /// The next result, in the order of the items.
    Next(Out),
    /// A while has passed, or a result has come. These results are there before their turn.
    Early(&'a BTreeMap<usize, Out>),
}

/// Does `work` for each item on up to `jobs` threads and tells `receive` of it on this one, of the results in
/// the order of the items. Which results come next does not depend on `jobs`; when `receive` breaks, no more
/// work is begun, and results of work that is under way are dropped.
pub(super) fn in_order<Item: Sync, Out: Send>(
    items: &[Item],
    jobs: NonZeroUsize,
    work: impl Fn(&Item) -> Out + Sync,
    mut receive: impl FnMut(News<'_, Out>) -> ControlFlow<()>,
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
        loop {
            match results.recv_timeout(PATIENCE) {
                Ok((index, result)) => drop(early.insert(index, result)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            while let Some(result) = early.remove(&due) {
                due += 1;
                if receive(News::Next(result)).is_break() {
                    is_over.store(true, Ordering::Relaxed);
                    return;
                }
            }
            if receive(News::Early(&early)).is_break() {
                is_over.store(true, Ordering::Relaxed);
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;

    fn jobs(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("at least one")
    }

    fn next(news: News<'_, u64>) -> Option<u64> {
        match news {
            News::Next(result) => Some(result),
            News::Early(_) => None,
        }
    }

    /// The first item waits until the others are told of.
    #[test]
    fn what_is_done_before_its_turn_is_told_of() {
        let (release, released) = mpsc::channel();
        let released = Mutex::new(released);
        let work = |item: &u64| {
            if *item == 0 {
                let released = released.lock().expect("nobody panics");
                released
                    .recv_timeout(Duration::from_secs(60))
                    .expect("released");
            }
            *item
        };
        let (mut seen, mut early_seen) = (Vec::new(), BTreeSet::new());
        in_order(&[0, 1, 2], jobs(2), work, |news| {
            match news {
                News::Next(result) => seen.push(result),
                News::Early(early) => early_seen.extend(early.values().copied()),
            }
            if early_seen.len() == 2 {
                // It has been released before, perhaps.
                let _again = release.send(());
            }
            ControlFlow::Continue(())
        });
        assert_eq!((seen, early_seen), (vec![0, 1, 2], [1, 2].into()));
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
                |news| {
                    seen.extend(next(news));
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
            in_order(&items, jobs(count), u64::clone, |news| {
                seen.extend(next(news));
                if seen.last() == Some(&5) {
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
            |news| {
                assert_eq!(next(news), None);
                ControlFlow::Continue(())
            },
        );
    }
}
