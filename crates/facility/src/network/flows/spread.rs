//! Flows laid on the links of a graph: every way a little, or one hashed way for each queue pair.

use quarterdeck_kernel::Stream;

use super::fair::{FlowSet, max_min};
use super::graph::LinkGraph;

/// How the ways of a fabric are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spreading {
    /// Packet by packet over all ways: the bound without congestion.
    Even,
    /// A hash of each queue pair picks one way for all its packets (ECMP).
    Hashed {
        /// Queue pairs that one flow's bytes are dealt to: its entropy.
        queue_pairs: u32,
    },
}

/// Lays flows on a graph with a way for each queue pair, thrown like balls into bins.
///
/// The bytes of a flow are dealt evenly to its queue pairs, and it is done when the last of them is; so each link
/// carries the share of the flow's rate that the queue pairs hashed to it have.
pub fn hashed(graph: &LinkGraph, pairs: &[(u32, u32)], queue_pairs: u32, stream: &mut Stream) -> FlowSet {
    let mut set = FlowSet::new(graph.capacity().to_vec());
    let share = 1.0 / f64::from(queue_pairs.max(1));
    let mut links = Vec::new();
    for (from, to) in pairs {
        let ways = graph.paths(*from, *to);
        links.clear();
        // Where there is one way only, all queue pairs take it.
        let balls = if ways <= 1 { 1 } else { queue_pairs.max(1) };
        for _ in 0..balls {
            let path = if ways <= 1 { 0 } else { stream.below(ways) };
            graph.route(*from, *to, path, &mut links);
        }
        let share = if ways <= 1 { 1.0 } else { share };
        set.add_shared(merged(&mut links).map(|(link, times)| (link, f64::from(times) * share)));
    }
    set
}

/// Each link once, with how often it was named; the endpoint's own links carry every queue pair.
fn merged(links: &mut [u32]) -> impl Iterator<Item = (u32, u32)> + '_ {
    links.sort_unstable();
    links.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32))
}

/// What a set of flows that must all finish reaches.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reached {
    /// Rate of the slowest flow, mean over the draws.
    pub slowest: f64,
    /// The same of the worst draw.
    pub worst: f64,
    /// Mean rate of all flows.
    pub mean: f64,
}

/// Rates of flows whose queue pairs are hashed, over a number of draws.
///
/// Draw $i$ uses stream $i$ of `kind`, so that draws do not depend on how many there are.
pub fn sample(
    graph: &LinkGraph,
    pairs: &[(u32, u32)],
    queue_pairs: u32,
    draws: u32,
    streams: quarterdeck_kernel::Streams,
) -> Reached {
    let mut reached = Reached { slowest: 0.0, worst: f64::INFINITY, mean: 0.0 };
    let draws = draws.max(1);
    for draw in 0..draws {
        let mut stream = streams.of("ecmp", u64::from(draw));
        let rates = max_min(&hashed(graph, pairs, queue_pairs, &mut stream));
        let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
        let finite = rates.iter().filter(|rate| rate.is_finite());
        reached.mean += finite.clone().sum::<f64>() / finite.count().max(1) as f64 / f64::from(draws);
        reached.slowest += slowest / f64::from(draws);
        reached.worst = reached.worst.min(slowest);
    }
    reached
}

/// The same flows on a graph whose parallel links are pooled: every flow takes its first way.
pub fn pooled(graph: &LinkGraph, pairs: &[(u32, u32)]) -> FlowSet {
    let mut set = FlowSet::new(graph.capacity().to_vec());
    let mut links = Vec::new();
    for (from, to) in pairs {
        links.clear();
        graph.route(*from, *to, 0, &mut links);
        set.add(&links);
    }
    set
}
