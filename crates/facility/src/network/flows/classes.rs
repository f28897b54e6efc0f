//! Symmetric collectives by classes: links that carry alike count as one, and so do flows that fare alike.

use super::fair::{FlowSet, max_min};
use super::graph::LinkRates;
use crate::network::clos::Clos;

/// A class of equal flows of a collective.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowClass {
    /// Flows of the class that one endpoint sends.
    pub flows: f64,
    /// Max-min fair rate of one of them, packets spread evenly.
    pub rate: f64,
}

/// Rates of an all-to-all among all endpoints of one plane of a Clos, all flows at once: to endpoints of the same
/// leaf, of the same pod, and of other pods.
///
/// Links of one tier carry alike when packets are spread evenly and leaves and pods are full, so one link of the joint
/// capacity stands for a tier, and one flow with the weight of all stands for a class. Three classes over four links
/// take the same time for eight endpoints and for a hundred thousand.
///
/// ```
/// # use quarterdeck_facility::network::{clos, ClosRequest, flows::{LinkRates, all_to_all_classes}};
/// let fabric = clos(ClosRequest::non_blocking(65_536, 64)).unwrap();
/// let classes = all_to_all_classes(&fabric, LinkRates { link: 50.0, scale_up: 0.0 });
/// // Nothing blocks: every endpoint deals its rate to all others.
/// assert!(classes.iter().all(|class| (class.rate * 65_535.0 / 50.0 - 1.0).abs() < 1e-12));
/// ```
pub fn all_to_all_classes(clos: &Clos, rates: LinkRates) -> Vec<FlowClass> {
    let plane = &clos.plane;
    let all = clos.request.ports as f64;
    let leaf = (plane.leaf_down as f64).min(all);
    let pod = if clos.tiers == 3 { (plane.pod_ports() as f64).min(all) } else { all };
    let (leaf_share, pod_share) = clos.uplink_shares();
    let ports = rates.link * all;
    let mut set = FlowSet::new(vec![ports, ports * leaf_share, ports * leaf_share * pod_share]);
    // Up is loaded as down is, so one direction stands for both.
    let classes = [(leaf - 1.0, 1), (pod - leaf, 2), (all - pod, 3)];
    let present: Vec<(f64, u32)> = classes.into_iter().filter(|(flows, _)| *flows > 0.0).collect();
    for (flows, tiers) in &present {
        set.add_shared((0..*tiers).map(|tier| (tier, flows * all)));
    }
    let found = max_min(&set);
    present.into_iter().zip(found).map(|((flows, _), rate)| FlowClass { flows, rate }).collect()
}
