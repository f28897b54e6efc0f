//! One function per user question; each body reads like the arrow from scenario to report.
//!
//! ```text
//! scenario ─► workload ─► performance ─► cluster ─► facility ─► plan ─► report
//! ```

mod assess;
mod backtest;
mod design;
mod plan;
mod rank;
mod train;
mod world;

pub use assess::assess;
pub use backtest::{NetworkFactor, network_factor};
pub use design::{
    DesignPlace, DesignQuestion, DesignSize, FabricChoice, design, design_hours, growth, place_of_climate,
    place_of_site, plan_designs,
};
pub use plan::{EngineError, PlanRequest, PlanRun, fits, plan, problem};
pub use rank::{
    ChipQuestion, FunnelQuestion, RankQuestion, RankWork, SweepAxis, rank, rank_chip, rank_funnel,
};
pub use train::{Economics, Pay, TrainFault, TrainQuestion, train};
pub use world::World;
