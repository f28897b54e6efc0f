//! The critical path: earliest and latest dates of each activity for given durations.

use quarterdeck_units::Seconds;

use super::network::Precedence;

/// Dates of every activity, counted from the start of the project.
#[derive(Clone, PartialEq, Debug)]
pub struct CriticalPath {
    /// Earliest start.
    pub start: Vec<Seconds>,
    /// Earliest finish.
    pub finish: Vec<Seconds>,
    /// Latest start that keeps the end of the project.
    pub latest_start: Vec<Seconds>,
    /// How much later each may start without moving the end.
    pub slack: Vec<Seconds>,
    /// Length of the project.
    pub length: Seconds,
    /// Places of one longest chain, from its first activity to its last.
    pub critical: Vec<usize>,
}

impl CriticalPath {
    /// Whether an activity has no slack.
    pub fn is_critical(&self, place: usize) -> bool {
        self.slack[place] <= self.length * TIE
    }
}

/// Share of a project's length below which two dates count as the same; covers rounding of sums.
const TIE: f64 = 1e-12;

/// Earliest and latest dates for given durations, one for each activity in the order of the network.
///
/// $$ S_i = \max_{j \in P_i} F_j,\quad F_i = S_i + d_i,\quad L = \max_i F_i,\qquad
///    T_i = d_i + \max_{k : i \in P_k} T_k,\quad \text{slack}_i = L - T_i - S_i $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $d_i$ | `durations` | s |
/// | $P_i$ | what activity $i$ waits for | |
/// | $S_i, F_i$ | earliest start and finish | s |
/// | $T_i$ | tail: from its start to the end of the project along the longest chain | s |
/// | $L$ | length of the project | s |
///
/// Source: the critical path method of J. E. Kelley and M. R. Walker, 1959. Exact for fixed durations. With durations
/// that vary it is too early: the later of two parallel chains is later than either is expected to be; see
/// [`super::sample`].
///
/// # Panics
/// When the number of durations is not that of the activities.
pub fn critical_path(network: &Precedence, durations: &[Seconds]) -> CriticalPath {
    let activities = network.activities();
    assert_eq!(durations.len(), activities.len(), "one duration for each activity");
    let (start, finish) = forward(network, durations);
    let length = finish.iter().copied().fold(Seconds::ZERO, Seconds::max);
    let tail = tails(network, durations);
    let latest_start: Vec<Seconds> = tail.iter().map(|tail| length - *tail).collect();
    let slack: Vec<Seconds> = latest_start
        .iter()
        .zip(&start)
        .map(|(latest, start)| (*latest - *start).max(Seconds::ZERO))
        .collect();
    let mut critical = Vec::new();
    let latest_of = |places: &mut dyn Iterator<Item = usize>| {
        places.fold(None, |best: Option<usize>, place| match best {
            Some(known) if finish[known] >= finish[place] => Some(known),
            _ => Some(place),
        })
    };
    let mut next = latest_of(&mut (0..activities.len()));
    while let Some(place) = next {
        critical.push(place);
        next = latest_of(&mut activities[place].after.iter().copied());
    }
    critical.reverse();
    CriticalPath { start, finish, latest_start, slack, length, critical }
}

/// Earliest starts and finishes.
pub(super) fn forward(network: &Precedence, durations: &[Seconds]) -> (Vec<Seconds>, Vec<Seconds>) {
    let mut start = Vec::with_capacity(durations.len());
    let mut finish: Vec<Seconds> = Vec::with_capacity(durations.len());
    for (activity, duration) in network.activities().iter().zip(durations) {
        let begins = activity.after.iter().map(|before| finish[*before]).fold(Seconds::ZERO, Seconds::max);
        start.push(begins);
        finish.push(begins + *duration);
    }
    (start, finish)
}

/// Time from each start to the end of the project along the longest chain.
pub(super) fn tails(network: &Precedence, durations: &[Seconds]) -> Vec<Seconds> {
    let mut tail = durations.to_vec();
    for (place, activity) in network.activities().iter().enumerate().rev() {
        for before in &activity.after {
            tail[*before] = tail[*before].max(durations[*before] + tail[place]);
        }
    }
    tail
}
