//! Power: the chain from the grid to the chip with its losses, what machines draw of their nameplate, how many more
//! fit under a cap, and how fast training swings.
//!
//! ```text
//!  grid ► transformer ► supply (UPS) ► distribution ► machine: supply, fans, compute
//!         └────────────── PowerChain ─────────────┘   └─────── ItDraw ───────────┘
//! ```

mod capping;
mod chain;
mod it;
mod loss;
mod swing;

pub use capping::{Capping, PowerDistribution, capping, oversubscribe};
pub use chain::{ChainDraw, PowerChain, Redundancy, Stage, StageDraw};
pub use it::{ItDraw, it_draw};
pub use loss::LossCurve;
pub(crate) use loss::StageLoss;
pub use swing::{Swing, swing};
