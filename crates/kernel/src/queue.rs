//! The event queue: a total order of (time, rank, sequence), with cancellation.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use quarterdeck_units::Seconds;

/// Which of several events at one instant comes first: the lower rank does.
///
/// Events of equal time and rank come in the order in which they were scheduled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Rank(pub u16);

impl Rank {
    /// Before all others of the instant.
    pub const FIRST: Rank = Rank(0);
    /// For events with no say in the order.
    pub const NORMAL: Rank = Rank(0x8000);
    /// After all others of the instant.
    pub const LAST: Rank = Rank(u16::MAX);
}

/// Names one scheduled event, so that it can be cancelled; worthless once the event has been popped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Token {
    slot: u32,
    generation: u32,
}

/// Events in the order in which they happen.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    heap: BinaryHeap<Entry>,
    slots: Vec<Slot<E>>,
    free: Vec<u32>,
    sequence: u64,
    pending: usize,
}

#[derive(Clone, Debug)]
struct Slot<E> {
    generation: u32,
    event: Option<E>,
}

/// Bits of time, then rank, then sequence: one comparison of integers orders two events.
#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u128,
    token: Token,
}

/// Bits of the key that hold the sequence number.
const SEQUENCE_BITS: u32 = 48;

impl Entry {
    fn new(time: Seconds, rank: Rank, sequence: u64, token: Token) -> Self {
        // The bits of non-negative floats rank as their values do; `+ 0.0` turns -0 into 0.
        let time = u128::from((time.as_seconds() + 0.0).to_bits());
        let key = time << 64 | u128::from(rank.0) << SEQUENCE_BITS | u128::from(sequence);
        Self { key, token }
    }

    fn time(self) -> Seconds {
        Seconds::seconds(f64::from_bits((self.key >> 64) as u64))
    }
}

// `BinaryHeap` gives the greatest first, so the order is reversed.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Entry {}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// No events.
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), sequence: 0, pending: 0 }
    }

    /// Events that will still be popped.
    pub fn len(&self) -> usize {
        self.pending
    }

    /// Whether no event is left.
    pub fn is_empty(&self) -> bool {
        self.pending == 0
    }

    /// Puts an event at a time, and returns the token that cancels it.
    ///
    /// # Panics
    /// When the time is negative or undefined, which is a fault of the simulation, not of its input.
    pub fn schedule(&mut self, time: Seconds, rank: Rank, event: E) -> Token {
        assert!(time.as_seconds() >= 0.0, "an event is scheduled at {time:?}, before the clock starts");
        assert!(self.sequence < 1 << SEQUENCE_BITS, "more events than the queue can number");
        let token = self.fill_slot(event);
        self.heap.push(Entry::new(time, rank, self.sequence, token));
        self.sequence += 1;
        self.pending += 1;
        token
    }

    /// Takes an event out before it happens; nothing if it already happened or was cancelled.
    pub fn cancel(&mut self, token: Token) -> Option<E> {
        let event = self.empty_slot(token)?;
        self.pending -= 1;
        // Dead entries stay in the heap until they surface, unless they come to outnumber the living.
        if self.heap.len() > 64 && self.heap.len() > 2 * self.pending {
            let slots = &self.slots;
            self.heap.retain(|entry| slots[entry.token.slot as usize].generation == entry.token.generation);
        }
        Some(event)
    }

    /// Time of the next event.
    pub fn next_time(&mut self) -> Option<Seconds> {
        while let Some(entry) = self.heap.peek() {
            if self.slots[entry.token.slot as usize].generation == entry.token.generation {
                return Some(entry.time());
            }
            self.heap.pop();
        }
        None
    }

    /// The next event with its time.
    pub fn pop(&mut self) -> Option<(Seconds, E)> {
        loop {
            let entry = self.heap.pop()?;
            if let Some(event) = self.empty_slot(entry.token) {
                self.pending -= 1;
                return Some((entry.time(), event));
            }
        }
    }

    fn fill_slot(&mut self, event: E) -> Token {
        if let Some(slot) = self.free.pop() {
            let place = &mut self.slots[slot as usize];
            place.event = Some(event);
            return Token { slot, generation: place.generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 events wait at once");
        self.slots.push(Slot { generation: 0, event: Some(event) });
        Token { slot, generation: 0 }
    }

    /// Frees a slot whose generation matches; a later event in it gets another generation.
    fn empty_slot(&mut self, token: Token) -> Option<E> {
        let place = self.slots.get_mut(token.slot as usize)?;
        if place.generation != token.generation {
            return None;
        }
        let event = place.event.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(token.slot);
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: f64) -> Seconds {
        Seconds::seconds(seconds)
    }

    #[test]
    fn equal_times_go_by_rank_then_by_order_of_scheduling() {
        let mut queue = EventQueue::new();
        queue.schedule(at(1.0), Rank::LAST, "d");
        queue.schedule(at(1.0), Rank::NORMAL, "b");
        queue.schedule(at(1.0), Rank::NORMAL, "c");
        queue.schedule(at(1.0), Rank::FIRST, "a");
        queue.schedule(at(0.5), Rank::LAST, "before");
        let order: Vec<_> = std::iter::from_fn(|| queue.pop().map(|(_, event)| event)).collect();
        assert_eq!(order, ["before", "a", "b", "c", "d"]);
    }

    #[test]
    fn a_cancelled_event_never_comes_and_its_token_dies() {
        let mut queue = EventQueue::new();
        let early = queue.schedule(at(1.0), Rank::NORMAL, 1);
        queue.schedule(at(2.0), Rank::NORMAL, 2);
        assert_eq!(queue.cancel(early), Some(1));
        assert_eq!(queue.cancel(early), None);
        let reused = queue.schedule(at(3.0), Rank::NORMAL, 3);
        assert_eq!(queue.cancel(early), None, "the slot is used again, the old token must not reach it");
        assert_eq!(queue.next_time(), Some(at(2.0)));
        assert_eq!(queue.pop(), Some((at(2.0), 2)));
        assert_eq!(queue.pop(), Some((at(3.0), 3)));
        assert_eq!(queue.cancel(reused), None);
        assert!(queue.is_empty());
    }

    #[test]
    #[should_panic(expected = "before the clock starts")]
    fn an_undefined_time_is_a_bug() {
        EventQueue::new().schedule(at(f64::NAN), Rank::NORMAL, ());
    }

    proptest! {
        /// Whatever is scheduled and cancelled, what comes out is the sorted rest.
        #[test]
        fn pops_are_the_stable_sort_of_what_was_not_cancelled(
            events in prop::collection::vec((0u32..50, 0u16..4, any::<bool>()), 0..300)
        ) {
            let mut queue = EventQueue::new();
            let mut kept = Vec::new();
            let mut doomed = Vec::new();
            for (index, (time, rank, cancel)) in events.iter().enumerate() {
                let time = f64::from(*time) * 0.25;
                let token = queue.schedule(at(time), Rank(*rank), index);
                if *cancel { doomed.push((token, index)) } else { kept.push((time, *rank, index)) }
                if index % 7 == 0 {
                    for (token, index) in doomed.drain(..) {
                        prop_assert_eq!(queue.cancel(token), Some(index));
                    }
                }
            }
            for (token, index) in doomed {
                prop_assert_eq!(queue.cancel(token), Some(index));
            }
            prop_assert_eq!(queue.len(), kept.len());
            kept.sort_by(|a, b| a.partial_cmp(b).expect("no undefined time"));
            for (time, _, index) in kept {
                prop_assert_eq!(queue.pop(), Some((at(time), index)));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
