//! Everything that the expansions of `#[versioned]` and `#[derive(Fingerprint)]` may touch. No logic, and no promise to
//! anybody else.

pub use crate::assert;
pub use crate::exercise::exercised;
pub use crate::fingerprinted::{
    Counted, CountsWhole, Fingerprinted, Unwritable, Writable, dropped, is_uncounted, uncounted,
};
pub use crate::generated::{
    Checked, Downgraded, Function1, Function2, Function3, Function4, Given, Same, Upgraded, any, checked,
    downgraded, given, shape_name, upgraded,
};
pub use crate::history::{ChangeVerb, Held, Law, Layout, TypeChange, TypeHistory};
pub use crate::known::{IsKnown, NotKnown};
pub use crate::members::{Newer, in_place};
pub use crate::mode as wire;
pub use crate::opened::{absent_in_replays, mark_sensitive, opened, shows_sensitive};
pub use crate::reading::{Struct, column, column_or, read};
pub use crate::sensitive::{NotWritten, Sensitivity, inseparable, is_sensitive, sensitive};
pub use crate::shape::opaque::{NotShape, Opaque, OpaqueTells, TellsLess};
pub use crate::shape::other::{Derived, NoOther, NotDerived, OtherDeserialize, OtherSerialize};
pub use crate::shape::{
    Depth, Full, Holds, Inside, Null, Of, Shape, Told, all_tell, any_mixes, held, joined, opaque, rows_tell,
    type_id,
};
pub use crate::version::stored;
pub use crate::writing::{field, field_unless, write};
pub use serde;
pub use steadfast_core::Date;
pub use steadfast_macros::Attributes;
