//! Processor time, and the same work on several threads at once.
//!
//! Rates are by processor time, not by the clock on the wall: on a machine that others use too, a thread that waits for
//! its turn does not work more slowly. On a machine of one's own the two are equal. What neighbours take of caches and
//! of memory bandwidth no clock can give back.

use std::sync::Barrier;
use std::time::Duration;

/// Processor time that the calling thread has used.
#[cfg(unix)]
pub fn of_this_thread() -> Duration {
    read(rustix::time::ClockId::ThreadCPUTime)
}

/// Processor time that all threads of this program have used.
#[cfg(unix)]
pub fn of_all_threads() -> Duration {
    read(rustix::time::ClockId::ProcessCPUTime)
}

#[cfg(unix)]
fn read(clock: rustix::time::ClockId) -> Duration {
    let now = rustix::time::clock_gettime(clock);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs().try_into().unwrap_or(0))
}

/// Time on the wall, where the system has no clock of processor time that is read safely.
#[cfg(not(unix))]
pub fn of_this_thread() -> Duration {
    static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGAN.get_or_init(std::time::Instant::now).elapsed()
}

/// Time on the wall, where the system has no clock of processor time that is read safely.
#[cfg(not(unix))]
pub fn of_all_threads() -> Duration {
    of_this_thread()
}

/// Runs `work` on each item, an item a thread, and returns the processor time of one of them, on average. Threads wait
/// for one another before they start, so that they meet in memory and starting them is not counted.
pub fn together<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) -> Duration {
    let count = u32::try_from(items.len().max(1)).unwrap_or(u32::MAX);
    let barrier = Barrier::new(items.len());
    let spans: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = items
            .into_iter()
            .map(|item| {
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    barrier.wait();
                    let began = of_this_thread();
                    work(item);
                    of_this_thread() - began
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    spans.into_iter().sum::<Duration>() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A sum that takes a while and cannot be left out.
    fn busy(rounds: u64) {
        std::hint::black_box((0..rounds).fold(1_u64, |sum, round| std::hint::black_box(sum ^ round)));
    }

    #[test]
    fn all_items_are_worked_on_and_waiting_does_not_count() {
        let done = AtomicUsize::new(0);
        let taken = together(vec![200_u64, 200], |millis| {
            std::thread::sleep(Duration::from_millis(millis));
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.load(Ordering::Relaxed), 2);
        assert!(!cfg!(unix) || taken < Duration::from_millis(100), "sleep is no work: {taken:?}");
    }

    #[test]
    fn work_counts() {
        let before = (of_this_thread(), of_all_threads());
        busy(20_000_000);
        let taken = (of_this_thread() - before.0, of_all_threads() - before.1);
        assert!(taken.0 > Duration::from_millis(2) && taken.1 >= taken.0, "{taken:?}");
    }
}
