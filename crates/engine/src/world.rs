//! What every question is asked against: the catalogue, and how long and how well to solve.

use quarterdeck_catalog::Catalog;
use quarterdeck_plan::PlanOptions;

/// The catalogue and the settings of a solve; stages read nothing else of the outside.
pub struct World<'a> {
    /// Facts about machines, places and money.
    pub catalog: &'a Catalog,
    /// How long and how well to solve.
    pub options: PlanOptions<'a>,
}
