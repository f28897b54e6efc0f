//! Event clock, event queue and random streams for simulations; knows no domain noun.
//! Everything here is a pure function of its inputs: the same calls give the same bytes on every platform.
//!
//! ```text
//!  schedule(time, rank, event) ──► EventQueue ──pop──► (time, event)   order: time, rank, sequence
//!        │ Token ──cancel──► gone        ▲
//!        └──────── Clock: never runs backwards
//!  Streams(seed) ──of(kind, index)──► Stream ──exponential, weibull, lognormal … ──► f64
//! ```
//!
//! ```
//! use quarterdeck_kernel::{Clock, Rank};
//! use quarterdeck_units::Seconds;
//! let mut clock = Clock::new();
//! clock.after(Seconds::seconds(2.0), Rank::NORMAL, "second");
//! clock.after(Seconds::seconds(1.0), Rank::NORMAL, "first");
//! assert_eq!(clock.advance(), Some("first"));
//! assert_eq!(clock.now(), Seconds::seconds(1.0));
//! ```

mod clock;
mod distribution;
mod quantile;
mod queue;
mod random;

pub use clock::Clock;
pub use quantile::{normal_cdf, normal_quantile, triangular_cdf, triangular_quantile};
pub use queue::{EventQueue, Rank, Token};
pub use random::{Stream, Streams};
