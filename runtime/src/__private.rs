//! What generated code calls. Not part of the public interface: anything here may change in any release.

pub use crate::transform::generated::{Given, Upgraded, given, shape_name, upgraded};
pub use crate::transform::wire;
pub use serde;
pub use steadfast_macros::Attributes;
