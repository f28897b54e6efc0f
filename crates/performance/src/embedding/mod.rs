//! Embedding tables on memory: which rows lie in which tier, and which device holds which part of which table.
//!
//! ```text
//!  laws of indices ─┬─► tiers: SRAM │ device │ host │ CXL │ remote │ SSD ──► shares of lookups, time of a sample
//!                   └─► sharding: whole │ by rows │ by columns │ copied, in groups ──► load of each device, imbalance
//! ```

pub mod sharding;
pub mod tiers;
