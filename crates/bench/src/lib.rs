//! Inputs of the benchmarks: the bundled scenarios, read as a user would.

use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{MemoryFiles, Scenario, resolve};

/// Text of the flagship scenario.
pub const FLAGSHIP: &str = include_str!("../../../scenarios/meta-2022/scenario.toml");
/// Text of the small scenario of one product.
pub const STARTUP: &str = include_str!("../../../scenarios/startup-assistant/scenario.toml");

/// A bundled scenario, resolved.
///
/// # Panics
/// When a bundled scenario has errors, which its own tests rule out.
pub fn scenario(text: &str, catalog: &Catalog) -> Scenario {
    resolve("scenario.toml", &MemoryFiles::one("scenario.toml", text), catalog)
        .value
        .expect("bundled scenarios resolve")
}
