//! Numbers that a publication states and that the stages compute on their own, for judging a run.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::growth::{CoreShare, Era, GrowthFactor, growth_factor};
use quarterdeck_facility::site::{Block, SiteEnvelope, site_envelopes};
use quarterdeck_scenario::{Measure, Scenario};
use quarterdeck_units::Watts;

/// The growth of a site's network capacity with its decomposition.
#[derive(Clone, Debug)]
pub struct NetworkFactor {
    /// The factor and its terms.
    pub growth: GrowthFactor,
    /// Platform of the new site.
    pub new: String,
    /// Platform of the old site.
    pub old: String,
}

/// The network factor that an expectation asks for, computed from halls, ports and power.
///
/// # Errors
/// In words, when a platform or site is unknown or cannot stand there.
pub fn network_factor(
    scenario: &Scenario,
    catalog: &Catalog,
    measure: &Measure,
) -> Option<Result<NetworkFactor, String>> {
    let Measure::NetworkFactor { new, old, site, old_site } = measure else { return None };
    Some(compute(scenario, catalog, [new, old, site, old_site]))
}

fn compute(
    scenario: &Scenario,
    catalog: &Catalog,
    [new, old, site, old_site]: [&String; 4],
) -> Result<NetworkFactor, String> {
    let envelopes = site_envelopes(scenario, catalog).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })?;
    let blocks = |id: &str| -> Option<(&SiteEnvelope, &Block)> {
        envelopes.iter().find_map(|envelope| {
            // A redesigned block is the one that the story is about; else the largest.
            let own = envelope.blocks.iter().filter(|block| envelope.id == id || block.id.starts_with(id));
            own.max_by(|a, b| largest(a).total_cmp(&largest(b))).map(|block| (envelope, block))
        })
    };
    let (_, new_block) = blocks(site).ok_or_else(|| format!("`{site}` is no site or project"))?;
    let (_, old_block) = blocks(old_site).ok_or_else(|| format!("`{old_site}` is no site or project"))?;
    let platform = |id: &str| catalog.platform(id).map_err(|error| error.to_string());
    let (new_platform, old_platform) = (platform(new)?, platform(old)?);
    let oversubscription = CoreShare::usual(catalog);
    let era = |platform, block, power| Era { platform, block, power, oversubscription };
    // Both at the IT power of the new one, so that the factor tells of design and not of size.
    let power = largest(new_block);
    let growth = growth_factor(
        era(old_platform.as_ref(), old_block, power),
        era(new_platform.as_ref(), new_block, power),
    )
    .map_err(|misfit| misfit.to_string())?;
    Ok(NetworkFactor { growth, new: new.clone(), old: old.clone() })
}

fn largest(block: &Block) -> Watts {
    block.base_power.values().copied().fold(block.delivered_power, |a, b| a.max(b))
}
