//! The fabric and the hall as pictures: groups drawn together where there are many.

use super::{Halls, Network, Site};
use crate::chart::{
    Chart, ChartSpec, Fabric, FabricBox, FabricBundle, FabricTier, Floor, FloorKind, MOST_BOXES, deal,
};
use crate::number;
use crate::palette::ColourKey;
use std::collections::BTreeMap;

/// A network, tier by tier.
pub(super) fn fabric(network: &Network) -> ChartSpec {
    let mut chart = Fabric::new();
    // Box of each group of a tier.
    let mut box_of: Vec<Vec<usize>> = Vec::new();
    for (at, tier) in network.tiers.iter().enumerate() {
        let sizes = deal(tier.groups.len() as u64, MOST_BOXES);
        let mut boxes = Vec::new();
        let mut places = Vec::new();
        let mut first = 0;
        for (index, size) in sizes.iter().enumerate() {
            let last = first + *size as usize;
            let name = match (tier.group_noun.as_str(), size) {
                ("", 1) => format!("{}", first + 1),
                ("", _) => format!("{}–{}", first + 1, last),
                (noun, 1) => format!("{noun} {}", first + 1),
                (noun, _) => format!("{noun}s {}–{}", first + 1, last),
            };
            boxes.push(FabricBox { name, count: tier.groups[first..last].iter().sum() });
            places.extend(std::iter::repeat_n(index, *size as usize));
            first = last;
        }
        box_of.push(places);
        chart = chart.tier(FabricTier {
            id: format!("tier-{at}"),
            name: tier.name.clone(),
            noun: tier.noun.clone(),
            colour: ColourKey::part(if tier.is_switch { colour(at) } else { "compute" }),
            count: tier.count(),
            boxes,
        });
    }
    let mut links: BTreeMap<((usize, usize), (usize, usize)), u64> = BTreeMap::new();
    for bundle in &network.bundles {
        let place = |(tier, group): (usize, usize)| (tier, box_of[tier][group]);
        *links.entry((place(bundle.upper), place(bundle.lower))).or_default() += bundle.links;
    }
    // Links inside a box are not drawn as lines; they stay in the table of links.
    chart.bundles = links
        .into_iter()
        .map(|((upper, lower), links)| FabricBundle {
            upper_tier: upper.0,
            upper_box: upper.1,
            lower_tier: lower.0,
            lower_box: lower.1,
            links,
        })
        .collect();
    let together = network.tiers.iter().any(|tier| tier.groups.len() > MOST_BOXES);
    let note = if together {
        "A box stands for as many as it says; equal groups are drawn together. Lines are thicker where more links run."
    } else {
        "A box stands for as many as it says. Lines are thicker where more links run."
    };
    ChartSpec::new(
        format!("fabric-{}", network.id),
        format!("{}, {}", network.name, network.shape),
        Chart::Fabric(chart),
    )
    .takeaway(takeaway(network))
    .question("What is joined with what?")
    .note(note)
}

fn takeaway(network: &Network) -> String {
    let links = number::counted(network.link_count() as i64, "link");
    let share = network.bisection / (network.injection * 0.5);
    format!(
        "{} and {links}; half the ports reach the other half at {} of their rate.",
        number::counted(network.switches() as i64, "switch").replace("switchs", "switches"),
        number::percent(share)
    )
}

/// Tiers of switches are told apart from the top.
const fn colour(tier: usize) -> &'static str {
    match tier {
        0 => "collective",
        1 => "scale-out",
        _ => "memory",
    }
}

/// The racks from above; none where no plan was drawn.
pub(super) fn floor(site: &Site) -> Option<ChartSpec> {
    let halls = &site.halls;
    let plan = &halls.floor;
    if plan.tiles.is_empty() {
        return None;
    }
    let kinds = halls.racks.iter().map(|group| FloorKind {
        id: group.id.clone(),
        name: group.name.clone(),
        colour: ColourKey::part(kind_colour(&group.id)),
        power_kw: group.power.as_kilowatts(),
    });
    let drawn = plan.halls.len() as f64;
    let floor = Floor {
        halls: plan.halls.len() as u64,
        width_m: plan.width,
        depth_m: plan.depth,
        outlines: plan.halls.clone(),
        kinds: kinds.collect(),
        tiles: plan.tiles.clone(),
    };
    let mut note = "Seen from above, to scale; aisles lie between rows.".to_owned();
    if plan.tiles.iter().any(|tile| tile.racks > 1) {
        note.push_str(" Neighbours of one kind are drawn as one tile.");
    }
    if drawn < halls.count {
        note.push_str(&format!(" The first {} of {} halls.", number::count(drawn), number::count(halls.count)));
    }
    Some(
        ChartSpec::new("floor", "Racks on the floor", Chart::Floor(floor))
            .takeaway(floor_takeaway(halls))
            .question("What stands where?")
            .note(note),
    )
}

fn floor_takeaway(halls: &Halls) -> String {
    format!(
        "{} in {}, {} a rack of machines, {} cooling.",
        number::counted(halls.racks().ceil() as i64, "rack"),
        number::counted(halls.count as i64, "hall"),
        number::power(halls.rack_power.as_watts()),
        halls.cooling
    )
}

fn kind_colour(id: &str) -> &'static str {
    match id {
        "platforms" => "compute",
        "network" => "collective",
        "cooling" => "memory",
        _ => "overhead",
    }
}
