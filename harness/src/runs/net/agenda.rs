//! What a process is to do when: its timers, and the end of its sleep.

use std::collections::BTreeMap;

use bcr_protocol::machine::Timer;

use crate::runs::process::Occurrence;
use crate::runs::queue::{Queue, Ticket};
use crate::trace::Micros;

/// The timers and sleeps of one process, in the order in which they fall due.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    queue: Queue<Due>,
    timers: BTreeMap<Timer, Ticket>,
    sleeps: u64,
}

#[derive(Debug)]
enum Due {
    Timer(Timer),
    Wake,
}

impl Agenda {
    /// Fires the timer at `at`; set again, it starts anew.
    pub(super) fn set(&mut self, timer: Timer, at: Micros) {
        let ticket = self.queue.insert(at, Due::Timer(timer));
        if let Some(earlier) = self.timers.insert(timer, ticket) {
            self.queue.remove(earlier);
        }
    }

    /// Forgets the timer.
    pub(super) fn cancel(&mut self, timer: Timer) {
        if let Some(ticket) = self.timers.remove(&timer) {
            self.queue.remove(ticket);
        }
    }

    /// Wakes the process at `at`.
    pub(super) fn wake(&mut self, at: Micros) {
        self.queue.insert(at, Due::Wake);
        self.sleeps += 1;
    }

    /// Takes the first of what is due by `now`, and when it was.
    pub(super) fn take(&mut self, now: Micros) -> Option<(Micros, Occurrence)> {
        if self.next()? > now {
            return None;
        }
        let (at, due) = self.queue.pop()?;
        let occurrence = match due {
            Due::Timer(timer) => {
                self.timers.remove(&timer);
                Occurrence::TimerFired(timer)
            }
            Due::Wake => {
                self.sleeps -= 1;
                Occurrence::Woken
            }
        };
        Some((at, occurrence))
    }

    /// When the first is due.
    pub(super) fn next(&self) -> Option<Micros> {
        self.queue.next()
    }

    /// How many timers run.
    pub(super) fn timers(&self) -> u64 {
        self.timers.len() as u64
    }

    /// Whether the process is to be woken.
    pub(super) const fn is_asleep(&self) -> bool {
        self.sleeps > 0
    }
}

#[cfg(test)]
mod tests {
    use bcr_protocol::identity::ConfigurationId;

    use super::*;

    fn fired(agenda: &mut Agenda, now: u64) -> Vec<String> {
        std::iter::from_fn(|| agenda.take(Micros(now)))
            .map(|(_, occurrence)| match occurrence {
                Occurrence::TimerFired(timer) => timer.to_string(),
                Occurrence::Woken => "woken".to_owned(),
                Occurrence::Start | Occurrence::Arrived(_) => unreachable!("nobody asked for it"),
            })
            .collect()
    }

    #[test]
    fn what_is_due_comes_in_order_and_only_what_still_runs() {
        let timer = |number| Timer::Wedge(ConfigurationId(number));
        let mut agenda = Agenda::default();
        agenda.set(timer(0), Micros(30));
        agenda.set(timer(1), Micros(20));
        agenda.set(timer(2), Micros(10));
        agenda.wake(Micros(20));
        agenda.set(timer(0), Micros(15));
        agenda.cancel(timer(2));
        assert_eq!((agenda.timers(), agenda.is_asleep()), (2, true));
        assert_eq!(fired(&mut agenda, 14), [""; 0]);
        assert_eq!(agenda.next(), Some(Micros(15)));
        assert_eq!(fired(&mut agenda, 20), ["wedge-0", "wedge-1", "woken"]);
        assert_eq!((agenda.timers(), agenda.is_asleep()), (0, false));
        assert_eq!(fired(&mut agenda, 1000), [""; 0]);
    }
}
