//! The clock of a simulation: an event queue and the time it has reached.

use quarterdeck_units::Seconds;

use crate::queue::{EventQueue, Rank, Token};

/// Simulated time that moves from event to event and never runs backwards.
#[derive(Clone, Debug)]
pub struct Clock<E> {
    now: Seconds,
    queue: EventQueue<E>,
}

impl<E> Default for Clock<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Clock<E> {
    /// A clock at zero with nothing to come.
    pub fn new() -> Self {
        Self { now: Seconds::ZERO, queue: EventQueue::new() }
    }

    /// Time of the event handled last.
    pub fn now(&self) -> Seconds {
        self.now
    }

    /// Events still to come.
    pub fn pending(&self) -> usize {
        self.queue.len()
    }

    /// Schedules an event at a time.
    ///
    /// # Panics
    /// When that time has passed already, which is a fault of the simulation.
    pub fn at(&mut self, time: Seconds, rank: Rank, event: E) -> Token {
        assert!(time >= self.now, "an event at {time:?} is scheduled when it is already {:?}", self.now);
        self.queue.schedule(time, rank, event)
    }

    /// Schedules an event some time from now.
    ///
    /// # Panics
    /// When the delay is negative or undefined.
    pub fn after(&mut self, delay: Seconds, rank: Rank, event: E) -> Token {
        self.at(self.now + delay, rank, event)
    }

    /// Takes an event out before it happens; nothing if it is too late.
    pub fn cancel(&mut self, token: Token) -> Option<E> {
        self.queue.cancel(token)
    }

    /// Time of the next event.
    pub fn next_time(&mut self) -> Option<Seconds> {
        self.queue.next_time()
    }

    /// Moves to the next event and returns it.
    pub fn advance(&mut self) -> Option<E> {
        let (time, event) = self.queue.pop()?;
        self.now = time;
        Some(event)
    }

    /// Moves to the next event if it comes no later than `end`; otherwise stops at `end`.
    pub fn advance_until(&mut self, end: Seconds) -> Option<E> {
        match self.queue.next_time() {
            Some(time) if time <= end => self.advance(),
            _ => {
                self.now = self.now.max(end);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stops_at_the_end_and_goes_on_from_there() {
        let mut clock = Clock::new();
        clock.after(Seconds::seconds(5.0), Rank::NORMAL, 'a');
        assert_eq!(clock.advance_until(Seconds::seconds(3.0)), None);
        assert_eq!(clock.now(), Seconds::seconds(3.0));
        clock.after(Seconds::seconds(1.0), Rank::NORMAL, 'b');
        assert_eq!(clock.advance_until(Seconds::seconds(9.0)), Some('b'));
        assert_eq!(clock.advance_until(Seconds::seconds(9.0)), Some('a'));
        assert_eq!(clock.now(), Seconds::seconds(5.0));
        assert_eq!(clock.pending(), 0);
    }

    #[test]
    #[should_panic(expected = "when it is already")]
    fn the_past_is_closed() {
        let mut clock = Clock::new();
        clock.after(Seconds::seconds(5.0), Rank::NORMAL, ());
        clock.advance();
        clock.at(Seconds::seconds(4.0), Rank::NORMAL, ());
    }
}
