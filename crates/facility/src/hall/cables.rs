//! Lengths of cables from where racks stand, by tier of the network and class of cable.

use std::fmt;

use quarterdeck_catalog::{Catalog, Halls};
use quarterdeck_units::Metres;

use super::layout::{Layout, PlacedRack, RackKind, cable};
use super::plan::tray;
use crate::network::Links;

/// A tier of cables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tier {
    /// From platforms to leaves.
    EndpointLeaf,
    /// From leaves to spines.
    LeafSpine,
    /// From spines to the core.
    SpineCore,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Tier::EndpointLeaf => "platform to leaf",
            Tier::LeafSpine => "leaf to spine",
            Tier::SpineCore => "spine to core",
        })
    }
}

/// Cables of one tier.
#[derive(Clone, PartialEq, Debug)]
pub struct TierLengths {
    /// Which tier.
    pub tier: Tier,
    /// Cables, those of all halls.
    pub cables: u64,
    /// Mean length.
    pub mean: Metres,
    /// Longest.
    pub longest: Metres,
    /// Id of each class of the catalogue and its cables, the shortest class first; what is longer than any class
    /// counts in the last.
    pub by_class: Vec<(String, u64)>,
    /// Whether some are longer than the longest class.
    pub too_long: bool,
}

/// The cables of a fabric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CabledFabric {
    /// Links of one fabric.
    pub links: Links,
    /// Equal fabrics side by side.
    pub fabrics: u64,
    /// Whether leaves stand on top of the racks of machines, as those of front ends do.
    pub top_of_rack: bool,
}

/// Cables of a Clos network in halls, by tier and class of length.
///
/// $$ l = (1 + s)\,\bigl(2 r + |x_1 - x_2| + |y_1 - y_2|\bigr) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $x, y$ | middles of the two racks | m |
/// | $r$ | from a port up to the tray, once only within a rack | m |
/// | $s$ | slack | 1 |
///
/// Endpoints go to the network racks of their group, or to the top of their own rack. Leaves go to the spines of their
/// hall, which stand beside the leaves of all groups or in racks of their own. The highest tier joins halls: its
/// switches stand in the middle one. Cables of
/// a tier spread evenly over pairs of racks. Counts are those of the network, exact; lengths are estimates, since a
/// real tray has detours.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
/// # use quarterdeck_facility::{hall::{cable_lengths, hall_plan, CabledFabric, HallRequest, Switching}, site::Block, Prices};
/// # use quarterdeck_facility::network::{platform_network, NetworkPolicy};
/// # use quarterdeck_units::{PriceYear, Quarter, Watts};
/// # let catalog = Catalog::builtin();
/// # let prices = Prices::new(&catalog.money, PriceYear(2024));
/// # let hgx = catalog.platform("h100-hgx-8").unwrap();
/// # let block = Block::example(Cooling::Air, Climate::Temperate, Watts::kilowatts(45.0), &catalog).unwrap();
/// # let policy = NetworkPolicy::default().at(Quarter::new(2023, 4));
/// # let network = platform_network(hgx, 128, &catalog.fabric, &policy, &prices).unwrap();
/// # let switching = Switching::of(&network);
/// # let request = HallRequest {
/// #     platform: hgx, count: 128, block: &block, floor: FloorKind::Slab, hall_power: None, network: Some(&switching),
/// # };
/// let plan = hall_plan(&request, &catalog).unwrap();
/// let clos = network.back_end.as_ref().unwrap().counts.clos().unwrap();
/// let fabric = CabledFabric { links: clos.links, fabrics: 1, top_of_rack: false };
/// let tiers = cable_lengths(&plan.layout, &fabric, &catalog);
/// assert_eq!(tiers.iter().map(|tier| tier.cables).sum::<u64>(), clos.links.total());
/// // The back end of 1,024 GPUs stays within the 50 m of multimode fibre.
/// assert!(tiers.iter().all(|tier| tier.longest.as_metres() < 50.0));
/// ```
pub fn cable_lengths(layout: &Layout, fabric: &CabledFabric, catalog: &Catalog) -> Vec<TierLengths> {
    let facts = &catalog.halls;
    let Links { endpoint_leaf, leaf_spine, spine_core } = fabric.links;
    let of = |kind: RackKind| layout.racks.iter().filter(|rack| rack.kind == kind).collect::<Vec<_>>();
    let (compute, network) = (of(RackKind::Compute), of(RackKind::Network));
    let among = |in_group: bool| {
        let chosen: Vec<&PlacedRack> =
            network.iter().copied().filter(|rack| rack.group.is_some() == in_group).collect();
        if chosen.is_empty() { network.clone() } else { chosen }
    };
    let spines = among(false);
    let leaves = if fabric.top_of_rack { compute.clone() } else { among(true) };
    let own_leaves = |rack: &PlacedRack| -> Vec<&PlacedRack> {
        let own: Vec<&PlacedRack> = leaves.iter().copied().filter(|leaf| leaf.group == rack.group).collect();
        if own.is_empty() { leaves.clone() } else { own }
    };
    let to_leaves: Vec<(Metres, f64)> = match fabric.top_of_rack {
        true => Vec::new(),
        false => compute.iter().flat_map(|rack| ways(&[rack], &own_leaves(rack))).collect(),
    };
    let to_spines: Vec<(Metres, f64)> = leaves.iter().flat_map(|leaf| ways(&[leaf], &spines)).collect();
    let middle = layout.halls / 2;
    let step = layout.width + facts.cabling.between_halls.value;
    // The highest tier joins halls: its switches stand in the middle one.
    let across = |within: &[(Metres, f64)]| -> Vec<(Metres, f64)> {
        // Of very many halls evenly spaced ones stand for all, the farthest among them.
        let stride = layout.halls.div_ceil(MOST_HALLS).max(1) as usize;
        (0..layout.halls)
            .step_by(stride)
            .flat_map(|hall| {
                let away = step * hall.abs_diff(middle) as f64;
                within.iter().map(move |(way, weight)| (*way + away, *weight))
            })
            .collect()
    };
    let to_core = across(&ways(&spines, &spines));
    let to_spines = if spine_core == 0 { across(&to_spines) } else { to_spines };
    [
        (Tier::EndpointLeaf, endpoint_leaf, to_leaves),
        (Tier::LeafSpine, leaf_spine, to_spines),
        (Tier::SpineCore, spine_core, to_core),
    ]
    .into_iter()
    .filter(|(_, cables, _)| *cables > 0)
    .map(|(tier, cables, ways)| {
        // Where nothing stands apart, cables stay within their rack.
        let ways = if ways.is_empty() { vec![(Metres::ZERO, 1.0)] } else { ways };
        tier_of(tier, cables * fabric.fabrics, &ways, facts)
    })
    .collect()
}

/// Halls whose distances are counted one by one.
const MOST_HALLS: u64 = 256;

/// Ways along trays from every rack to every other, each with an equal share of the weight of its start.
fn ways(from: &[&PlacedRack], to: &[&PlacedRack]) -> Vec<(Metres, f64)> {
    let share = 1.0 / to.len().max(1) as f64;
    let pairs = from.iter().flat_map(|start| to.iter().map(move |end| (start, end)));
    pairs.map(|(start, end)| (tray(start.centre(), end.centre()), share)).collect()
}

fn tier_of(tier: Tier, cables: u64, ways: &[(Metres, f64)], facts: &Halls) -> TierLengths {
    let total: f64 = ways.iter().map(|(_, weight)| weight).sum();
    let mut shares = vec![0.0; facts.cable_class.len()];
    let (mut mean, mut longest) = (Metres::ZERO, Metres::ZERO);
    for (way, weight) in ways {
        let length = cable(*way, facts);
        mean += length * (weight / total);
        longest = longest.max(length);
        let fits = facts.cable_class.iter().position(|class| length <= class.longest.value);
        if let Some(share) = shares.get_mut(fits.unwrap_or(facts.cable_class.len() - 1)) {
            *share += weight / total;
        }
    }
    let reach = facts.cable_class.last().map_or(Metres::ZERO, |class| class.longest.value);
    // Cumulative rounding keeps the sum.
    let (mut before, mut sum) = (0_u64, 0.0);
    let by_class = facts.cable_class.iter().zip(&shares).map(|(class, share)| {
        sum += share;
        let until = if total > 0.0 { (sum * cables as f64).round() as u64 } else { 0 };
        let count = until - before;
        before = until;
        (class.id.clone(), count)
    });
    TierLengths { tier, cables, mean, longest, by_class: by_class.collect(), too_long: longest > reach }
}
