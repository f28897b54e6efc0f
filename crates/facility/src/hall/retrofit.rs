//! Conversion of a hall in place: money, time, power out of service meanwhile, power freed after it.

use quarterdeck_catalog::{Catalog, Cited, Climate, Cooling, Provenance};
use quarterdeck_units::{Joules, Seconds, Usd, UsdPerWatt, Watts};

use super::carry::converted;
use super::room::HallRoom;
use crate::error::FacilityError;
use crate::prices::Prices;
use crate::project::precedence::{ProjectKind, ProjectTerms, Sampling, project_terms};

/// A conversion that is asked for.
#[derive(Clone, Debug)]
pub struct RetrofitRequest<'a> {
    /// The hall as it stands.
    pub hall: &'a HallRoom,
    /// What it is converted to.
    pub to: Cooling,
    /// Climate of its site, for the overheads before and after.
    pub climate: Climate,
    /// Parts that are converted one after the other; 1 for the whole hall at once.
    pub phases: u32,
}

/// A conversion of a hall in place.
#[derive(Clone, PartialEq, Debug)]
pub struct Retrofit {
    /// The hall after it.
    pub after: HallRoom,
    /// Money: low, typical and high.
    pub cost: [Usd; 3],
    /// The whole project, from design to the end of commissioning.
    pub project: ProjectTerms,
    /// Time from the first part out of service to the last back.
    pub time: Seconds,
    /// Power out of service at any moment of it.
    pub power_out: Watts,
    /// Power out of service times its time: the capacity lost.
    pub lost: Joules,
    /// Site power that the same IT load no longer takes, cooling and losses together.
    pub freed_site_power: Watts,
    /// IT power that the same site power then feeds in addition.
    pub freed_it_power: Watts,
    /// Power of server fans that a full hall of machines on cold plates does without; counted as IT power before.
    pub freed_fan_power: Watts,
    /// Rack positions that the same power no longer needs, racks as dense as each kind of hall allows.
    pub freed_positions: f64,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// What converting a hall costs, takes away while it lasts, and frees.
///
/// $$ t = k\,t_f + t_w,\quad P_o = \frac{P}{k},\quad P_o\,t = P\left(t_f + \frac{t_w}{k}\right),\qquad
///    \Delta P_s = P\,(\text{PUE}_0 - \text{PUE}_1),\quad
///    \Delta P_{it} = P\left(\frac{\text{PUE}_0}{\text{PUE}_1} - 1\right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $k$ | `phases` | 1 |
/// | $t_f, t_w$ | time of each part however small, work on the whole hall | s |
/// | $P$ | power of the hall | W |
/// | PUE | of the cooling kinds in the climate | 1 |
///
/// Work in parts takes longer and loses less, down to $P\,t_f$: what is emptied and flushed again each time. The
/// equipment comes before the hall is emptied, so lead times cost no capacity. `freed_it_power` needs a power chain
/// that carries it. A hall that gets machines of another generation gains far more by their density than by this.
///
/// # Errors
/// When the catalogue has no such conversion, or its price can not be brought to the year.
pub fn retrofit(
    request: &RetrofitRequest<'_>,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<Retrofit, FacilityError> {
    let RetrofitRequest { hall, to, climate, phases } = *request;
    let from = hall.block.cooling;
    let conversion = catalog.halls.conversion(from, to)?;
    let price = catalog.facility.retrofit(from, to)?;
    let mut provenance = Provenance::analytical();
    let typical: UsdPerWatt = prices.of(price, &mut provenance)?;
    let to_year = typical.as_per_watt() / price.value.as_per_watt();
    let cost = [price.low, price.value, price.high].map(|each| each * to_year * hall.power);
    let kind = ProjectKind::retrofit(to).ok_or_else(|| {
        quarterdeck_catalog::MissingFact::new("catalog/construction.toml", &format!("template.retrofit-{to}"))
    })?;
    let project = project_terms(kind, cost[1], Sampling::of(catalog), catalog)?;
    provenance.absorb(&project.provenance);
    let (fixed, work) = (&conversion.fixed_time, &conversion.work_time);
    let (before, after) = (catalog.facility.pue(from, climate)?, catalog.facility.pue(to, climate)?);
    let fans = &catalog.facility.power_chain.fan_share_air;
    for fact in [before, after, fans] {
        provenance.absorb_fact(fact);
    }
    provenance.absorb(&fixed.provenance());
    provenance.absorb(&work.provenance());
    let parts = f64::from(phases.max(1));
    let time = fixed.value * parts + work.value;
    let power_out = hall.power / parts;
    let liquid = catalog.facility.hall(to)?.liquid_share.value;
    let after_it = converted(hall, to, catalog)?;
    let positions = |room: &HallRoom| room.power / room.block.rack_density_max;
    Ok(Retrofit {
        freed_positions: positions(hall) - positions(&after_it),
        after: after_it,
        cost,
        project,
        time,
        power_out,
        lost: power_out * time,
        freed_site_power: hall.power * (before.value - after.value),
        freed_it_power: hall.power * (before.value / after.value - 1.0),
        freed_fan_power: hall.power * (fans.value * liquid),
        provenance,
    })
}
