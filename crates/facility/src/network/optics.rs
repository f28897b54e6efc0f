//! Transceiver modules of a fabric, counted by the cages that they fill.

use quarterdeck_catalog::{Link, Medium, Provenance};

use super::structure::{Role, Structure};

/// Transceiver modules of one kind in one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Optics {
    /// Id of the link that they end.
    pub link: String,
    /// Where they are plugged in.
    pub role: Role,
    /// Ports that one module serves.
    pub module_ports: u32,
    /// Modules.
    pub modules: u64,
}

/// Modules that the links of a structure end in.
///
/// Ports are spread evenly over the members of a tier, and a module that serves two of them stays half empty where
/// their number is odd:
///
/// $$ M_t = \sum_{i \in t} \left\lceil \frac{k_i}{m} \right\rceil $$
///
/// with $k_i$ ports of member $i$ (switch or server) that optical links end at, $m$ ports of a module. It gives the
/// 1,536 switch modules and 508 system modules of the H100 bill in `validation/facility/superpod_bill.csv`.
pub(super) fn optics(
    structure: &Structure,
    links: &[(&Link, f64)],
    server_ports: Option<u32>,
    provenance: &mut Provenance,
) -> Vec<Optics> {
    let mut found: Vec<Optics> = Vec::new();
    for (place, tier) in structure.tiers.iter().enumerate() {
        if tier.role == Role::OpticalSwitch || tier.count == 0 {
            continue;
        }
        // Cable ends of each kind of link at this tier.
        let mut ends: Vec<(&Link, f64)> = Vec::new();
        for (join, (link, split)) in structure.joins.iter().zip(links) {
            let times = u32::from(join.lower == place) + u32::from(join.upper == place);
            if link.medium != Medium::Optical || times == 0 {
                continue;
            }
            let more = f64::from(times) * join.links as f64 / split;
            match ends.iter_mut().find(|(known, _)| known.id == link.id) {
                Some((_, ends)) => *ends += more,
                None => ends.push((link, more)),
            }
        }
        for (link, ends) in ends {
            let module_ports = link.module_ports.as_ref().map_or(1, |fact| {
                provenance.absorb_fact(fact);
                fact.value.max(1)
            });
            let ends = ends.ceil() as u64;
            let members = match tier.role {
                Role::Endpoint => {
                    let ports = u64::from(server_ports.unwrap_or(1)).max(1);
                    tier.count.div_ceil(ports).max(1)
                }
                _ => tier.count,
            };
            let modules = if tier.role == Role::Endpoint && server_ports.is_none() {
                // Without servers to share them, modules are filled.
                ends.div_ceil(u64::from(module_ports))
            } else {
                spread(ends, members, u64::from(module_ports))
            };
            found.push(Optics { link: link.id.clone(), role: tier.role, module_ports, modules });
        }
    }
    found
}

/// Modules for ports that are spread evenly over members.
fn spread(ports: u64, members: u64, module_ports: u64) -> u64 {
    let (each, more) = (ports / members, ports % members);
    (members - more) * each.div_ceil(module_ports) + more * (each + 1).div_ceil(module_ports)
}
