//! The fabric and the hall as pictures: groups drawn together where there are many.

use super::{Halls, Network, Site};
use crate::chart::{
    Chart, ChartSpec, Fabric, FabricBox, FabricBundle, FabricTier, Floor, FloorKind, MOST_BOXES, deal,
};
use crate::number;
use crate::palette::ColourKey;
use quarterdeck_facility::network::{Grouping, Join, Role, Structure, StructureTier};

/// A tier as it is drawn.
struct Drawn {
    /// Groups that boxes stand for, and what one is; none where boxes stand for members.
    group: Option<&'static str>,
    boxes: Vec<FabricBox>,
}

/// A network, tier by tier.
pub(super) fn fabric(network: &Network) -> ChartSpec {
    let structure = &network.bill.structure;
    let tiers: Vec<Drawn> = structure.tiers.iter().map(|tier| draw(network, tier)).collect();
    let last = tiers.len() - 1;
    let mut chart = Fabric::new();
    for (at, (tier, drawn)) in structure.tiers.iter().zip(&tiers).enumerate().rev() {
        chart = chart.tier(FabricTier {
            id: format!("tier-{at}"),
            name: name(network, tier),
            noun: noun(network, tier),
            colour: ColourKey::part(if tier.role == Role::Endpoint { "compute" } else { colour(last - at) }),
            count: members(network, tier),
            boxes: drawn.boxes.clone(),
        });
    }
    for join in &structure.joins {
        let pairs = pairs(structure, &tiers, join);
        let (below, above) = (&tiers[join.lower].boxes, &tiers[join.upper].boxes);
        let weights: Vec<u64> =
            pairs.iter().map(|(lower, upper)| (below[*lower].count * above[*upper].count).max(1)).collect();
        for ((lower, upper), links) in pairs.iter().zip(share(join.links, &weights)) {
            if links > 0 {
                chart.bundles.push(FabricBundle {
                    upper_tier: last - join.upper,
                    upper_box: *upper,
                    lower_tier: last - join.lower,
                    lower_box: *lower,
                    links,
                });
            }
        }
    }
    let mut note = "A box stands for as many as it says.".to_owned();
    if tiers.iter().any(|tier| tier.boxes.iter().any(|one| one.count > 1)) {
        note.push_str(" Equal parts are drawn together; links are spread over the lines.");
    }
    ChartSpec::new(
        format!("fabric-{}", network.id),
        format!("{}: {}", super::tables::capital(&network.name), network.shape()),
        Chart::Fabric(chart),
    )
    .takeaway(takeaway(network))
    .question("What is joined with what?")
    .note(note)
}

/// Endpoints are drawn as the platforms that they belong to.
fn members(network: &Network, tier: &StructureTier) -> u64 {
    match tier.role {
        Role::Endpoint => (tier.count as f64 / network.platform_ports.max(1.0)).round().max(1.0) as u64,
        _ => tier.count,
    }
}

fn name(network: &Network, tier: &StructureTier) -> String {
    match tier.role {
        Role::Endpoint => "Platforms".to_owned(),
        Role::Router => "Routers".to_owned(),
        Role::OpticalSwitch => "Optical".to_owned(),
        role => {
            let word = super::tables::capital(role.word(false));
            word.replace(" switch", if network.bill.structure.planes > 1 { ", all planes" } else { "" })
        }
    }
}

fn noun(network: &Network, tier: &StructureTier) -> String {
    let several = members(network, tier) != 1;
    match (tier.role, several) {
        (Role::Endpoint, true) => "platforms".to_owned(),
        (Role::Endpoint, false) => "platform".to_owned(),
        (_, true) => "switches".to_owned(),
        (_, false) => "switch".to_owned(),
    }
}

/// How many boxes a tier is drawn in, and what each stands for.
fn draw(network: &Network, tier: &StructureTier) -> Drawn {
    let structure = &network.bill.structure;
    let count = members(network, tier);
    // Platforms with a port on each rail belong to none of them.
    let apart = structure.grouping == Grouping::Rails && tier.role == Role::Endpoint;
    let (groups, group) = match (structure.grouping, tier.role) {
        _ if apart => (count, None),
        // Platforms whose rails end at the same leaves, with those leaves.
        (Grouping::Whole, Role::Endpoint | Role::Leaf) => {
            let units = structure.count(Role::Leaf) / network.rails.max(1);
            if units > 1 { (units.min(count), Some("unit")) } else { (count, None) }
        }
        _ if tier.groups > 1 => (tier.groups.min(count), Some(structure.grouping.word())),
        _ => (count, None),
    };
    let sizes = deal(groups, MOST_BOXES);
    let each = group_size(network, tier, count, groups);
    let upto = |groups: u64| (groups * each).min(count);
    let mut seen = 0;
    let counts: Vec<u64> = sizes
        .iter()
        .map(|size| {
            seen += size;
            // The last group holds what is left.
            let end = if seen == groups { count } else { upto(seen) };
            end - upto(seen - size)
        })
        .collect();
    let mut first = 0;
    let boxes = sizes.iter().zip(counts).map(|(size, count)| {
        let (from, to) = (first + 1, first + size);
        first = to;
        let name = match (group, size) {
            (None, 1) => from.to_string(),
            (None, _) => format!("{from}–{to}"),
            (Some(group), 1) => format!("{group} {from}"),
            (Some(group), _) => format!("{group}s {from}–{to}"),
        };
        FabricBox { name, count }
    });
    Drawn { group, boxes: boxes.collect() }
}

/// Members of a full group: what the design says of pods, else an even share.
fn group_size(network: &Network, tier: &StructureTier, count: u64, groups: u64) -> u64 {
    let clos = network.bill.counts.clos().filter(|_| network.bill.structure.grouping == Grouping::Pods);
    let planes = network.bill.structure.planes;
    let of_pod = clos.map(|clos| &clos.plane).map(|pod| match tier.role {
        Role::Leaf => pod.pod_leaves * planes,
        Role::Spine => pod.pod_spines * planes,
        _ => (pod.pod_leaves * pod.leaf_down) / (network.platform_ports.round() as u64).max(1),
    });
    // An even share where the design's own would leave the last group with nothing.
    of_pod
        .filter(|each| *each > 0 && each * (groups - 1) < count && each * groups >= count)
        .unwrap_or(count.div_ceil(groups.max(1)))
}

/// A whole number dealt by weights, with nothing lost: sums of the parts are rounded, not the parts.
fn share(total: u64, weights: &[u64]) -> Vec<u64> {
    let all: u64 = weights.iter().sum::<u64>().max(1);
    let upto = |weight: u64| (u128::from(total) * u128::from(weight) / u128::from(all)) as u64;
    let mut seen = 0;
    weights
        .iter()
        .map(|weight| {
            let before = upto(seen);
            seen += weight;
            upto(seen) - before
        })
        .collect()
}

/// Boxes that a join runs between, the lower one first.
fn pairs(structure: &Structure, tiers: &[Drawn], join: &Join) -> Vec<(usize, usize)> {
    let (lower, upper) = (&tiers[join.lower], &tiers[join.upper]);
    let n = lower.boxes.len();
    let own = || (0..n).map(|at| (at, at)).collect::<Vec<_>>();
    if join.lower == join.upper {
        let between = (0..n).flat_map(|one| (one + 1..n).map(move |other| (one, other)));
        let last = structure.joins.iter().rfind(|other| other.lower == other.upper);
        return match structure.grouping {
            // Links of a group stay inside it; those between groups join any two.
            Grouping::Groups if n > 1 && last == Some(join) => between.collect(),
            Grouping::Groups | Grouping::Cubes => own(),
            // A ring of neighbours, or all in one box.
            _ if n > 2 => (0..n).map(|at| (at, (at + 1) % n)).map(|(a, b)| (a.min(b), a.max(b))).collect(),
            _ if n == 2 => vec![(0, 1)],
            _ => own(),
        };
    }
    if lower.group.is_some() && lower.group == upper.group && n == upper.boxes.len() {
        return own();
    }
    (0..n).flat_map(|one| (0..upper.boxes.len()).map(move |other| (one, other))).collect()
}

fn takeaway(network: &Network) -> String {
    let bill = &network.bill;
    format!(
        "{} and {}; half the ports reach the other half at {} of their rate.",
        super::verdict::switches(bill.switches()),
        number::counted(bill.links() as i64, "link"),
        number::percent(network.bisection_share())
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
        name: super::tables::capital(&group.name),
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
        note.push_str(&format!(
            " The first {} of {} halls.",
            number::count(drawn),
            number::count(halls.count)
        ));
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
        "cdu" | "sidecar" => "memory",
        _ => "overhead",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::Catalog;
    use quarterdeck_facility::Prices;
    use quarterdeck_facility::network::{FabricPolicy, back_end_fabric};
    use quarterdeck_units::PriceYear;

    fn picture(platform: &str, count: u64, shape: &str) -> (Network, ChartSpec) {
        let catalog = Catalog::builtin();
        let platform = catalog.platform(platform).unwrap();
        let prices = Prices::new(&catalog.money, PriceYear(2024));
        let policy = FabricPolicy { shape: shape.parse().unwrap(), ..FabricPolicy::BACK_END };
        let switch = (!shape.starts_with("torus")).then_some("qm9700");
        let bill = back_end_fabric(&catalog, platform, count, switch, policy, &prices).unwrap();
        let network = Network {
            id: "back-end".to_owned(),
            name: "between accelerators".to_owned(),
            platform_ports: bill.ports as f64 / count as f64,
            rails: u64::from(platform.scale_out.back_end_ports.max(1)),
            bill,
            under_load: Vec::new(),
        };
        let spec = fabric(&network);
        (network, spec)
    }

    #[test]
    fn pictures_hold_every_switch_and_link_in_few_boxes() {
        for (platform, count, shape) in [
            ("h100-hgx-8", 8, "clos"),
            ("h100-hgx-8", 31, "clos"),
            ("h100-hgx-8", 3072, "clos"),
            ("h100-hgx-8", 3072, "clos:3,core=7:1,pod=1024"),
            ("h100-hgx-8", 512, "rail-only"),
            ("h100-hgx-8", 512, "dragonfly"),
            ("tpu-v4", 64, "torus"),
        ] {
            let (network, spec) = picture(platform, count, shape);
            spec.check().unwrap_or_else(|error| panic!("{shape} of {count}: {error}"));
            let Chart::Fabric(chart) = &spec.chart else { panic!("a fabric") };
            assert!(chart.tiers.iter().all(|tier| tier.boxes.len() <= MOST_BOXES && !tier.boxes.is_empty()));
            assert!(
                chart.tiers.iter().all(|tier| tier.boxes.iter().all(|one| one.count > 0)),
                "{shape} {count}"
            );
            let drawn: u64 = chart.bundles.iter().map(|bundle| bundle.links).sum();
            assert_eq!(drawn, network.bill.links(), "{shape} of {count}");
            let platforms = chart.tiers.last().unwrap();
            assert_eq!((platforms.name.as_str(), platforms.count), ("Platforms", count));
            spec.table().check().unwrap();
        }
    }

    #[test]
    fn sixty_four_devices_are_drawn_one_by_one_and_large_fleets_in_pods() {
        let (_, small) = picture("h100-hgx-8", 8, "clos");
        let Chart::Fabric(chart) = &small.chart else { panic!("a fabric") };
        assert!(chart.tiers.iter().all(|tier| tier.boxes.iter().all(|one| one.count == 1)));
        let (_, large) = picture("h100-hgx-8", 3072, "clos:3,pod=1024");
        let Chart::Fabric(chart) = &large.chart else { panic!("a fabric") };
        // 24 pods of 128 platforms, two in a box.
        assert_eq!(chart.tiers[3].boxes.len(), 12);
        assert!(chart.tiers[3].boxes.iter().all(|one| one.count == 256 && one.name.starts_with("pods ")));
    }

    #[test]
    fn shares_lose_nothing() {
        assert_eq!(share(10, &[1, 1, 1]), [3, 3, 4]);
        assert_eq!(share(7, &[0, 2]), [0, 7]);
        assert_eq!(share(u64::MAX, &[1, 1]).iter().sum::<u64>(), u64::MAX);
    }
}
