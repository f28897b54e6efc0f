//! What every question is asked against: the catalogue, and how long and how well to solve.

use quarterdeck_catalog::Catalog;
use quarterdeck_plan::PlanOptions;
use quarterdeck_scenario::Scenario;

/// The catalogue and the settings of a solve; stages read nothing else of the outside.
pub struct World<'a> {
    /// Facts about machines, places and money.
    pub catalog: &'a Catalog,
    /// How long and how well to solve.
    pub options: PlanOptions<'a>,
}

impl World<'_> {
    /// The catalogue with the devices and platforms that a scenario brings along.
    pub fn catalog_for(&self, scenario: &Scenario) -> Result<Catalog, String> {
        let mut catalog = self.catalog.clone();
        for device in &scenario.devices {
            catalog = catalog.with_device(device.clone()).map_err(|errors| {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                errors.join("; ")
            })?;
        }
        for platform in &scenario.platforms {
            catalog = catalog.with_platform(platform.clone()).map_err(|error| error.to_string())?;
        }
        Ok(catalog)
    }
}
