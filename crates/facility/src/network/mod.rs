//! Networks: which switches and links join platforms, what they cost and draw, and what capacity they give.

mod clos;

pub use clos::{Clos, ClosRequest, Links, NoClos, clos};
