//! Networks of the site: the one between accelerators as it is asked for, and the one to storage and users.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::flows::{Load, Spreading, levels};
use quarterdeck_facility::network::{
    FabricBill, FabricKind, FabricPolicy, NetworkPolicy, PlatformNetwork, back_end_fabric, platform_network,
};
use quarterdeck_kernel::Streams;
use quarterdeck_performance::Machine;
use quarterdeck_performance::collectives::Collective;
use quarterdeck_report::design::{Network, UnderLoad};
use quarterdeck_report::number;
use quarterdeck_units::Bytes;

use super::options::Candidate;
use super::question::DesignQuestion;
use crate::train::TrainFault;

/// Both networks of a number of platforms.
pub(super) fn of_platforms(
    catalog: &Catalog,
    question: &DesignQuestion,
    platforms: u64,
    prices: &Prices<'_>,
) -> Result<PlatformNetwork, TrainFault> {
    let platform = question.platform.as_ref();
    let refused = |error: &dyn std::fmt::Display| {
        TrainFault::new(error.to_string(), "change `--fabric`, `--switch`, `--oversubscription` or the size")
    };
    let mut policy = NetworkPolicy::default();
    policy.back_end.shape = question.fabric.shape;
    if let Some(need) = question.need {
        policy = policy.at(need);
    }
    // Front ends are the same whatever joins accelerators.
    let alone = NetworkPolicy { back_end: FabricPolicy::BACK_END, ..policy };
    let mut network = platform_network(platform, platforms, &catalog.fabric, &alone, prices)
        .map_err(|error| refused(&error))?;
    let switch = question.fabric.switch.as_deref();
    let has_ports = platform.scale_out.back_end_ports > 0;
    if has_ports || matches!(question.fabric.shape.kind, FabricKind::Torus { .. }) {
        let bill = back_end_fabric(catalog, platform, platforms, switch, policy.back_end, prices)
            .map_err(|error| refused(&error))?;
        network.provenance.absorb(&bill.provenance);
        network.back_end = Some(bill);
    }
    Ok(network)
}

/// The networks as the report tells them.
pub(super) fn networks(
    catalog: &Catalog,
    question: &DesignQuestion,
    chosen: &Candidate,
    provenance: &mut Provenance,
) -> Vec<Network> {
    provenance.absorb(&chosen.network.provenance);
    let platform = &question.platform;
    let tell = |bill: &FabricBill, id: &str, name: &str| {
        let ports = bill.ports as f64 / chosen.platforms.max(1) as f64;
        let of_server = (ports / f64::from(platform.servers.max(1))).round().max(1.0) as u64;
        Network {
            id: id.to_owned(),
            name: name.to_owned(),
            platform_ports: ports,
            // Copper stays in the rack, so the ports of a server end at one leaf.
            rails: if id == "back-end" { of_server } else { 1 },
            under_load: if id == "back-end" { under_load(catalog, question, bill) } else { Vec::new() },
            bill: bill.clone(),
        }
    };
    let back = chosen.network.back_end.iter().map(|bill| tell(bill, "back-end", "between accelerators"));
    let front = chosen.network.front_end.iter().map(|bill| tell(bill, "front-end", "storage and users"));
    back.chain(front).collect()
}

/// Sizes of messages that collectives are told for: where latency and where bandwidth counts.
const MESSAGES: [Bytes; 2] = [Bytes::megabytes(16.0), Bytes::gigabytes(1.0)];
/// Seed of hash collisions; the same question gives the same bytes.
const SEED: u64 = 2022;

/// What collectives over all devices get of the network: packets spread evenly, and flows hashed onto paths.
fn under_load(catalog: &Catalog, question: &DesignQuestion, bill: &FabricBill) -> Vec<UnderLoad> {
    let platform = question.platform.as_ref();
    let queue_pairs = catalog.fabric.design.queue_pairs.value;
    let hashed = Spreading::Hashed { queue_pairs };
    let told = [
        (Spreading::Even, "packets spread evenly".to_owned()),
        (hashed, format!("flows hashed, {queue_pairs} queue pairs each")),
    ];
    let mut found = Vec::new();
    for (spreading, words) in told {
        let Some(load) = Load::of(catalog, platform, bill, spreading, Streams::new(SEED)) else { continue };
        let (Some(fabric), Ok(machine)) = (levels(bill, &load), Machine::of(catalog, platform)) else {
            continue;
        };
        let machine = machine.joined_by(Some(fabric));
        let group = machine.network.group(load.devices, 1.0);
        for (collective, name) in [
            (Collective::AllReduce, "all-reduce"),
            (Collective::AllGather, "all-gather"),
            (Collective::AllToAll, "all-to-all"),
        ] {
            for bytes in MESSAGES {
                found.push(UnderLoad {
                    collective: format!("{name} of {}", number::bytes(bytes.as_bytes())),
                    rate: machine.network.effective(collective, bytes, group),
                    limit: words.clone(),
                });
            }
        }
    }
    found
}
