//! The machines of a run behind the fabric that is asked for.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::flows::{Load, Spreading, levels};
use quarterdeck_facility::network::{FabricPolicy, back_end_fabric};
use quarterdeck_kernel::Streams;
use quarterdeck_performance::Machine;

use super::project::price_year;
use super::question::{TrainFault, TrainQuestion};

/// Seed of hash collisions; the same question gives the same bytes.
const SEED: u64 = 2022;

/// The machine joined to the others of the run by the levels of its fabric: what leaves a leaf and a pod shares their
/// links, and each flow is hashed onto one of the paths. Without a fabric that is named nothing is shared.
///
/// # Errors
/// When the fabric cannot be built of so many platforms.
pub(super) fn joined<'a>(
    catalog: &Catalog,
    question: &TrainQuestion,
    machine: Machine<'a>,
) -> Result<Machine<'a>, Vec<TrainFault>> {
    let Some(shape) = question.fabric else { return Ok(machine) };
    let platforms = (question.devices / machine.devices).ceil().max(1.0) as u64;
    let prices = Prices::new(&catalog.money, price_year(question));
    let policy = FabricPolicy { shape, ..FabricPolicy::BACK_END };
    let bill =
        back_end_fabric(catalog, &question.platform, platforms, None, policy, &prices).map_err(|error| {
            vec![TrainFault::new(error.to_string(), "change `--fabric` or the number of devices")]
        })?;
    let spreading = Spreading::Hashed { queue_pairs: catalog.fabric.design.queue_pairs.value };
    let load = Load::of(catalog, &question.platform, &bill, spreading, Streams::new(SEED));
    Ok(machine.joined_by(load.and_then(|load| levels(&bill, &load))))
}
