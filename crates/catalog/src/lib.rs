//! Typed view of the cited facts in `data/catalog`: devices, platforms, models, prices, sources; and
//! of the efficiencies in `data/calibration`. Every number knows its origin and source.
//!
//! ```text
//!  data/**.toml ──from_files──► Catalog ──device("h100-sxm")──► Device { peak, memory, … }
//!     text        all faults       │                              each a Fact { value, origin, source }
//!                                  └──efficiency("h100-sxm")──► shares of peak, with their rows
//! ```
//!
//! Nothing is filled in: a missing peak is [`MissingPeak`], naming file and key.
//!
//! ```
//! use quarterdeck_catalog::{Catalog, Precision};
//! let catalog = Catalog::builtin();
//! let h100 = catalog.device("h100-sxm").unwrap();
//! assert_eq!(h100.peak(Precision::Bf16).unwrap().value.to_string(), "989.4 TFLOP/s");
//! assert!(h100.peak(Precision::Fp4).unwrap_err().to_string().contains("peak.fp4"));
//! assert_eq!(catalog.platform("h100-hgx8").unwrap_err().nearest[0], "h100-hgx-8");
//! ```

mod catalog;
mod check;
pub mod chip;
mod climate;
mod compare;
mod construction;
mod cooling;
mod device;
mod efficiency;
mod emissions;
mod error;
mod fabric;
mod growth;
mod halls;
mod intervals;
mod kernels;
mod kinds;
mod model;
mod money;
mod origin;
mod overlay;
mod performance;
mod platform;
mod power;
mod price;
mod ranking;
mod reliability;
mod silicon;
mod site;
mod software;

pub use catalog::Catalog;
pub use climate::{ClimateRecord, Correlations, MONTHS, Normals, Observed, QUANTILES, Spread, Temperatures};
pub use compare::{Cell, Comparison, Entry, EntryKind, FieldRow, Selected};
pub use construction::{
    ActivityFacts, ActivityKind, Construction, DurationFact, DurationShape, ProjectStep, ProjectTemplate,
    Terms,
};
pub use cooling::{
    AirPath, AirSystem, Chiller, CoolingParts, DesignRecord, HouseLoad, InletLimits, LiquidSystem,
    PlantMoney, Sink, WaterFacts, WaterLoop,
};
pub use device::{Basis, Device, Memory, MissingPeak, Peak, ScaleUp, Sram};
pub use efficiency::{
    ComputeBucket, DeviceEfficiency, Efficiencies, EfficiencyRow, Fitted, GemmEfficiency, GemmShares,
    GeneralEfficiency, LinkEfficiency, MemoryBucket,
};
pub use emissions::{EmissionFacts, GridRecord, MonthlyIntensity};
pub use error::{CatalogError, MissingFact, UnknownId};
pub use fabric::{Fabric, FabricDesign, Link, Medium, Nic, OpticalSwitch, Protocol, ScaleUpNetwork, Switch};
pub use growth::{Generations, Growth, PublishedFactor, RangeFact};
pub use halls::{Aisles, CableClass, Cabling, Conversion, FloorKind, FloorRule, Halls, RackFrame, Support};
pub use intervals::{Band, Bands, Intervals};
pub use kernels::{
    AttentionCurve, Clocks, CollectiveCurve, CollectiveCurves, ExpertCurve, GatherCurve, GatherPoint,
    GemmCurve, KernelRow, Kernels, Residuals,
};
pub use kinds::{Climate, Cooling, DeviceClass, Family, Precision};
pub use model::{
    Activation, Architecture, Attention, AttentionBiases, Block, Dense, FeedForward, GroupLimit, Interaction,
    Mamba, Mixer, Mla, Model, ModelKind, Moe, Norm, Pattern, Position, PublishedTraining, QkNorm,
    Recommendation, RecommendationTotals, Residual, Sample, TableGroup, Transformer, Window, WindowForm,
    hugging_face,
};
pub use money::{Money, PriceIndex};
pub use origin::{Citation, Cited, Fact, Origin, Provenance, Source, SourceId};
pub use overlay::Overlay;
pub use performance::{
    IngestionCalibration, ServingCalibration, StepCalibration, TrainingCalibration, TrainingPower,
};
pub use platform::{CoolingNeed, Host, MeasuredPower, Platform, Power, Rack, ScaleOut};
pub use power::{
    ChainRecord, DistributionRecord, EfficiencyPoints, PowerParts, PowerQuantiles, StageLoad, StagePlace,
    StageRecord,
};
pub use price::PriceFact;
pub use ranking::{
    RankerTrainingStack, RankingBenchmark, RecommendationCalibration, ServingStack, TierCalibration,
};
pub use reliability::{
    Cause, Checkpoint, FailureBand, FailureSystem, Losses, Recovery, Reliability, SmallJobs,
};
pub use silicon::{Arithmetic, DesignRules, MemoryKind, Node, Outlook, Package, Silicon, UnitCosts, Wafer};
pub use site::{Facility, Hall, PowerChain, Projects, Region, Regions};
pub use software::{ByDevice, NarrowRate, NarrowRates, TrainingSoftware};
