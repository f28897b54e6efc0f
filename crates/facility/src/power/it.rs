//! What machines draw of their nameplate at a load, and what of it computes.

use quarterdeck_catalog::{Catalog, Platform, Provenance};
use quarterdeck_units::Watts;

use super::loss::LossCurve;
use crate::error::FacilityError;

/// Power of one platform at a load: `total = compute + fans + supply`.
#[derive(Clone, PartialEq, Debug)]
pub struct ItDraw {
    /// Chips, memory, network cards, drives.
    pub compute: Watts,
    /// Fans of its servers; they vanish where liquid takes the heat.
    pub fans: Watts,
    /// Loss of its supplies or power shelves.
    pub supply: Watts,
    /// What the plug gives.
    pub total: Watts,
    /// What its maker states as the most.
    pub nameplate: Watts,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Catalogue stages of supplies inside machines: of racks on liquid, and of servers.
const SHELF: &str = "rack-shelf";
const SERVER: &str = "server-supply";

/// What a platform draws at a utilisation of its devices.
///
/// $$ P = P_0 + u\,(P_1 - P_0), \qquad P_f = \phi\,(1 - s)\,P, \qquad P_c = P - P_f - \ell(P) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P_0$ | idle draw of the catalogue | W |
/// | $P_1$ | the highest measured draw where `measured`, else the nameplate | W |
/// | $u$ | `utilisation`, 0 to 1 | 1 |
/// | $\phi$, $s$ | share of fans in air-cooled servers, share of heat to liquid | 1 |
/// | $\ell$ | loss of supplies at two fifths of their rating, where redundant pairs run | W |
///
/// Nameplate plans overstate what most loads draw: DLRM inference takes 51 to 59 % of it on eight-accelerator
/// servers, and a research cluster a little over two fifths on average, while training in step comes near it.
///
/// # Errors
/// When the catalogue lacks the supply of the platform.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::power::it_draw;
/// let catalog = Catalog::builtin();
/// let hgx = it_draw(catalog.platform("h100-hgx-8").unwrap(), 1.0, true, &catalog).unwrap();
/// // 5.7 of 10.2 kW in DLRM inference.
/// assert!((hgx.total / hgx.nameplate - 0.558).abs() < 0.001);
/// // A rack on liquid has next to no fans.
/// let rack = it_draw(catalog.platform("gb200-nvl72").unwrap(), 1.0, false, &catalog).unwrap();
/// assert!(rack.fans / rack.total < 0.02 && hgx.fans / hgx.total > 0.09);
/// ```
pub fn it_draw(
    platform: &Platform,
    utilisation: f64,
    measured: bool,
    catalog: &Catalog,
) -> Result<ItDraw, FacilityError> {
    let mut provenance = Provenance::none();
    let (nameplate, idle) = (&platform.power.rated, &platform.power.idle);
    provenance.absorb_fact(idle);
    let highest = platform.power.measured.iter().map(|row| &row.power);
    let highest = highest.max_by(|a, b| a.value.total_cmp(&b.value)).filter(|_| measured);
    let full = highest.unwrap_or(nameplate);
    provenance.absorb_fact(full);
    let share = utilisation.clamp(0.0, 1.0);
    let total = idle.value + (full.value - idle.value).max(Watts::ZERO) * share;
    let fan_share = &catalog.facility.power_chain.fan_share_air;
    let liquid = &platform.cooling.liquid_share;
    provenance.absorb_fact(fan_share);
    provenance.absorb_fact(liquid);
    let fans = total * (fan_share.value * (1.0 - liquid.value));
    let stage = catalog.power.stage(if liquid.value > 0.0 { SHELF } else { SERVER })?;
    // Pairs of supplies share the load; at full draw each runs at two fifths or so.
    let units = (nameplate.value / (stage.rating.value * 0.4)).ceil().max(1.0);
    let curve = LossCurve::of(stage);
    // The plug's power is given, so that what is handed on is found by a few steps of its loss.
    let mut output = total;
    for _ in 0..60 {
        output = total - curve.loss(output / units, stage.rating.value) * units;
    }
    let supply = total - output;
    let compute = total - fans - supply;
    Ok(ItDraw { compute, fans, supply, total, nameplate: nameplate.value, provenance })
}
