//! Running a site: energy, water, carbon and their money; upkeep of machines and buildings.

use quarterdeck_units::{Grams, Joules, Litres, Ratio, Seconds, Usd, Watts};

use crate::site::{Block, SiteEnvelope};

/// What a block of halls takes and emits over a time.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Operation {
    /// Energy of servers and network.
    pub it_energy: Joules,
    /// Energy of cooling and losses of distribution.
    pub overhead_energy: Joules,
    /// Money for all energy.
    pub energy_cost: Usd,
    /// Water for cooling.
    pub water: Litres,
    /// Emissions of the grid for all energy, location-based.
    pub carbon: Grams,
}

impl Operation {
    /// All energy.
    pub fn facility_energy(&self) -> Joules {
        self.it_energy + self.overhead_energy
    }
}

impl std::ops::Add for Operation {
    type Output = Operation;
    fn add(self, other: Operation) -> Operation {
        Operation {
            it_energy: self.it_energy + other.it_energy,
            overhead_energy: self.overhead_energy + other.overhead_energy,
            energy_cost: self.energy_cost + other.energy_cost,
            water: self.water + other.water,
            carbon: self.carbon + other.carbon,
        }
    }
}

impl std::iter::Sum for Operation {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Operation::default(), |sum, next| sum + next)
    }
}

/// Energy, water, carbon and money of a mean IT draw over a time.
///
/// $$ E = P\,t,\quad E_f = E \cdot \text{PUE},\quad C = E_f\,c,\quad W = E \cdot \text{WUE},\quad G = E_f\,g $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P, t$ | `it_draw` (mean, not provisioned), `time` | W, s |
/// | PUE, WUE | the block | 1, L/J |
/// | $c, g$ | the site's price of electricity and grid emissions | USD/J, g/J |
///
/// PUE and WUE are annual means at usual load: a quarter in summer needs more, in winter less, and a hall
/// half empty has a PUE some hundredths higher. Water at power plants does not count.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling, Provenance};
/// # use quarterdeck_facility::{operate, site::{Block, SiteEnvelope}};
/// # use quarterdeck_units::{GramsPerJoule, Seconds, UsdPerJoule, Watts};
/// # let catalog = Catalog::builtin();
/// # let block = Block::example(Cooling::Air, Climate::ColdDry, Watts::kilowatts(12.0), &catalog).unwrap();
/// # let site = SiteEnvelope {
/// #     id: "a".into(), title: "A".into(), climate: Climate::ColdDry, is_new: false, blocks: vec![],
/// #     electricity: UsdPerJoule::per_megawatt_hour(60.0),
/// #     grid_carbon: GramsPerJoule::per_kilowatt_hour(280.0), supply_water: None, provenance: Provenance::none(),
/// # };
/// // 10 MW for an hour at PUE 1.09 and 60 USD/MWh: 10.9 MWh.
/// let hour = operate(&block, &site, Watts::megawatts(10.0), Seconds::hours(1.0));
/// assert!((hour.energy_cost.as_dollars() - 654.0).abs() < 1e-6);
/// assert!((hour.carbon.as_tonnes() - 3.052).abs() < 1e-9);
/// ```
pub fn operate(block: &Block, site: &SiteEnvelope, it_draw: Watts, time: Seconds) -> Operation {
    let it_energy = it_draw * time;
    let facility_energy = block.facility_power(it_draw) * time;
    Operation {
        it_energy,
        overhead_energy: facility_energy - it_energy,
        energy_cost: site.electricity * facility_energy,
        water: block.wue * it_energy,
        carbon: site.grid_carbon * facility_energy,
    }
}

/// Money that keeps things up over a time: a yearly share of what they cost when new.
///
/// $$ C = s\,V\,t $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $s$ | `yearly_share`: maintenance of machines, upkeep of buildings | 1/yr |
/// | $V$ | `value`: what they cost when new | USD |
/// | $t$ | `time` | yr |
///
/// ```
/// # use quarterdeck_facility::upkeep;
/// # use quarterdeck_units::{Ratio, Seconds, Usd};
/// let quarter = upkeep(Usd::millions(400.0), Ratio(0.03), Seconds::quarters(1.0));
/// assert!((quarter.as_millions() - 3.0).abs() < 1e-9);
/// ```
pub fn upkeep(value: Usd, yearly_share: Ratio, time: Seconds) -> Usd {
    value * (yearly_share.0 * time.as_years())
}
