//! Max-min fair rates of flows over links, by progressive filling.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Links with capacities, and for each flow the links that it uses with how much of its rate each carries.
#[derive(Clone, PartialEq, Debug)]
pub struct FlowSet {
    capacity: Vec<f64>,
    /// Where each flow's uses begin in `uses`; one more entry than flows.
    starts: Vec<usize>,
    /// Link and share of the flow's rate that it carries.
    uses: Vec<(u32, f64)>,
}

impl FlowSet {
    /// Links without flows.
    pub fn new(capacity: Vec<f64>) -> FlowSet {
        FlowSet { capacity, starts: vec![0], uses: Vec::new() }
    }

    /// Adds a flow that puts its whole rate on each of some links.
    pub fn add(&mut self, links: &[u32]) {
        self.add_shared(links.iter().map(|link| (*link, 1.0)));
    }

    /// Adds a flow that puts a share of its rate on each of some links; a link named twice carries both shares.
    pub fn add_shared(&mut self, uses: impl IntoIterator<Item = (u32, f64)>) {
        self.uses.extend(uses);
        self.starts.push(self.uses.len());
    }

    /// Flows.
    pub fn flows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Capacities of the links.
    pub fn capacity(&self) -> &[f64] {
        &self.capacity
    }

    /// Links of a flow, each with the share of its rate that the link carries.
    pub fn uses(&self, flow: usize) -> &[(u32, f64)] {
        &self.uses[self.starts[flow]..self.starts[flow + 1]]
    }

    /// What every link carries at some rates of the flows.
    pub fn loads(&self, rates: &[f64]) -> Vec<f64> {
        let mut loads = vec![0.0; self.capacity.len()];
        for (flow, rate) in rates.iter().enumerate() {
            for (link, share) in self.uses(flow) {
                loads[*link as usize] += share * rate;
            }
        }
        loads
    }
}

/// A link in the queue: the rate at which it would fill, if all its open flows grew alike.
struct Filling {
    level: f64,
    link: u32,
}

impl PartialEq for Filling {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Filling {}

impl PartialOrd for Filling {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Filling {
    /// The lowest level first out of a heap that gives the greatest, and the first link among equals.
    fn cmp(&self, other: &Self) -> Ordering {
        other.level.total_cmp(&self.level).then(other.link.cmp(&self.link))
    }
}

/// Max-min fair rates: no flow can have more without another, that has no more than it, having less.
///
/// All flows grow at the same pace. When a link is full, the flows on it stop; the rest grow on. A link fills at
///
/// $$ \ell = \frac{c - \sum_{f\ \text{stopped}} w_f r_f}{\sum_{f\ \text{open}} w_f} $$
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | $c$ | capacity of the link | any |
/// | $r_f$ | rate at which flow $f$ stopped | same |
/// | $w_f$ | share of the flow's rate that the link carries | 1 |
///
/// Levels only rise as flows stop elsewhere, so links wait in a heap and are looked at again when their turn comes:
/// $O(U \log L)$ for $U$ uses of $L$ links. A flow without links has no bound; its rate is infinite.
///
/// Source: `bertsekas-gallager-1992`, section 6.5.2. Exact up to rounding; it knows no delays, and rates are those
/// that congestion control tends to, without its losses.
///
/// ```
/// # use quarterdeck_facility::network::flows::{FlowSet, max_min};
/// // Two flows share a link of 10; one of them also shares a link of 8 with a third.
/// let mut set = FlowSet::new(vec![10.0, 8.0]);
/// set.add(&[0]);
/// set.add(&[0, 1]);
/// set.add(&[1]);
/// assert_eq!(max_min(&set), [6.0, 4.0, 4.0]);
/// ```
pub fn max_min(set: &FlowSet) -> Vec<f64> {
    let links = set.capacity.len();
    let flows = set.flows();
    // Flows of each link, in one run of memory.
    let mut starts = vec![0usize; links + 1];
    for (link, _) in &set.uses {
        starts[*link as usize + 1] += 1;
    }
    for link in 0..links {
        starts[link + 1] += starts[link];
    }
    let mut next = starts.clone();
    let mut users = vec![0u32; set.uses.len()];
    let mut weight = vec![0.0; links];
    for flow in 0..flows {
        for (link, share) in set.uses(flow) {
            let link = *link as usize;
            users[next[link]] = flow as u32;
            next[link] += 1;
            weight[link] += share;
        }
    }
    let mut open: Vec<u32> = (0..links).map(|link| (starts[link + 1] - starts[link]) as u32).collect();
    let mut left = set.capacity.clone();
    let mut rates = vec![f64::INFINITY; flows];
    let mut heap: BinaryHeap<Filling> = (0..links)
        .filter(|link| open[*link] > 0)
        .map(|link| Filling { level: left[link] / weight[link], link: link as u32 })
        .collect();
    while let Some(Filling { level, link }) = heap.pop() {
        let at = link as usize;
        if open[at] == 0 {
            continue;
        }
        let now = (left[at] / weight[at]).max(level);
        // Flows stopped elsewhere since this link was queued: it fills later than thought.
        if now > level && heap.peek().is_some_and(|other| other.level < now) {
            heap.push(Filling { level: now, link });
            continue;
        }
        for flow in &users[starts[at]..starts[at + 1]] {
            let flow = *flow as usize;
            if rates[flow].is_finite() {
                continue;
            }
            rates[flow] = now;
            for (used, share) in set.uses(flow) {
                let used = *used as usize;
                left[used] = (left[used] - share * now).max(0.0);
                weight[used] -= share;
                open[used] -= 1;
            }
        }
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same rates by the plainest rule: in each round look at every link anew, stop the flows of the tightest.
    fn reference(set: &FlowSet) -> Vec<f64> {
        let mut rates: Vec<Option<f64>> = (0..set.flows()).map(|_| None).collect();
        loop {
            let level = |link: usize| {
                let (mut taken, mut weight) = (0.0, 0.0);
                for (flow, rate) in rates.iter().enumerate() {
                    for (_, share) in set.uses(flow).iter().filter(|(used, _)| *used as usize == link) {
                        match rate {
                            Some(rate) => taken += share * rate,
                            None => weight += share,
                        }
                    }
                }
                (weight > 0.0).then(|| (set.capacity()[link] - taken) / weight)
            };
            let levels: Vec<Option<f64>> = (0..set.capacity().len()).map(level).collect();
            let Some(least) = levels.iter().flatten().copied().min_by(f64::total_cmp) else { break };
            let tight = levels.iter().position(|level| *level == Some(least)).expect("it is there") as u32;
            for (flow, rate) in rates.iter_mut().enumerate() {
                if rate.is_none() && set.uses(flow).iter().any(|(link, _)| *link == tight) {
                    *rate = Some(least);
                }
            }
        }
        rates.into_iter().map(|rate| rate.unwrap_or(f64::INFINITY)).collect()
    }

    /// Random links and flows; a flow may use a link twice, in part, or no link at all.
    fn sets() -> impl Strategy<Value = FlowSet> {
        (2usize..14).prop_flat_map(|links| {
            let capacity = proptest::collection::vec(0.5f64..100.0, links);
            let share = prop_oneof![Just(1.0), 0.05f64..1.0];
            let uses = proptest::collection::vec((0..links as u32, share), 0..6);
            (capacity, proptest::collection::vec(uses, 0..40)).prop_map(|(capacity, flows)| {
                let mut set = FlowSet::new(capacity);
                for uses in flows {
                    set.add_shared(uses);
                }
                set
            })
        })
    }

    proptest! {
        #[test]
        fn rates_equal_the_plain_rule(set in sets()) {
            for (fast, slow) in max_min(&set).into_iter().zip(reference(&set)) {
                prop_assert!(fast == slow || (fast / slow - 1.0).abs() < 1e-9, "{fast} {slow}");
            }
        }

        /// No link carries more than it can, and every flow has a full link on which no other is faster.
        #[test]
        fn every_flow_has_its_bottleneck(set in sets()) {
            let rates = max_min(&set);
            let finite: Vec<f64> = rates.iter().map(|rate| if rate.is_finite() { *rate } else { 0.0 }).collect();
            let loads = set.loads(&finite);
            for (load, capacity) in loads.iter().zip(set.capacity()) {
                prop_assert!(*load <= capacity * (1.0 + 1e-9));
            }
            let fastest_on = |link: u32| {
                let on = (0..set.flows()).filter(|flow| set.uses(*flow).iter().any(|(used, _)| *used == link));
                on.map(|flow| rates[flow]).fold(0.0, f64::max)
            };
            for flow in (0..set.flows()).filter(|flow| !set.uses(*flow).is_empty()) {
                let bound = set.uses(flow).iter().any(|(link, _)| {
                    let at = *link as usize;
                    loads[at] >= set.capacity()[at] * (1.0 - 1e-9) && rates[flow] >= fastest_on(*link) * (1.0 - 1e-9)
                });
                prop_assert!(bound, "flow {flow} of {:?}", set);
            }
        }

        /// More capacity anywhere never lowers the slowest flow.
        #[test]
        fn more_capacity_never_slows_the_slowest(set in sets(), link in 0usize..14, more in 0.0f64..50.0) {
            let slowest = |set: &FlowSet| max_min(set).into_iter().fold(f64::INFINITY, f64::min);
            let mut wider = set.clone();
            let link = link % wider.capacity.len();
            wider.capacity[link] += more;
            prop_assert!(slowest(&wider) >= slowest(&set) * (1.0 - 1e-9));
        }
    }
}
