//! The fields of a record. A number is never used again for something else.

/// The tag of a field.
pub(super) type Tag = u8;

/// The kind of state: one byte.
pub(super) const STATE: Tag = 1;
/// The fencing token: 16 bytes.
pub(super) const TOKEN: Tag = 2;
/// The algorithm of the fingerprint, and its bytes.
pub(super) const FINGERPRINT: Tag = 3;
/// The API version of the request: a date as a number.
pub(super) const VERSION: Tag = 4;
/// The typed fingerprint: the head as a number, the type's hash, the value's hash.
pub(super) const TYPED: Tag = 5;
/// A completed step: the hash of its type, the length of its name, its name, its output. Repeated.
pub(super) const STEP: Tag = 6;
/// An execution before this claim was lost: empty.
pub(super) const UNKNOWN: Tag = 7;
/// When the execution began, in milliseconds since the Unix epoch.
pub(super) const BEGAN_AT: Tag = 8;
/// How long the execution had run, in milliseconds.
pub(super) const RAN_FOR: Tag = 9;
/// The lease, in milliseconds.
pub(super) const LEASE: Tag = 10;
/// How long the response is replayed, in milliseconds.
pub(super) const TTL: Tag = 11;
/// How long the key is refused after that, in milliseconds.
pub(super) const REMEMBER: Tag = 12;
/// When the response stops being replayed, in milliseconds since the Unix epoch.
pub(super) const EXPIRES_AT: Tag = 13;
/// The kind of outcome: one byte.
pub(super) const OUTCOME: Tag = 14;
/// The status of the response.
pub(super) const STATUS: Tag = 15;
/// The headers of the response: each a name and a value after their lengths.
pub(super) const HEADERS: Tag = 16;
/// The body of the response.
pub(super) const BODY: Tag = 17;
/// The API version of the response: a date as a number.
pub(super) const RENDERED_IN: Tag = 18;
/// The `Location` of a tombstone.
pub(super) const LOCATION: Tag = 19;
/// The hash of the type of the id that replaces the body.
pub(super) const SHAPE: Tag = 20;
/// The copy at the head: the head as a number, the hash of its type.
pub(super) const HEAD: Tag = 21;
/// The body of the copy at the head, if it differs from the body.
pub(super) const HEAD_BODY: Tag = 22;

// Kinds of state.
pub(super) const CLAIMED: u8 = 1;
pub(super) const CHECKPOINT: u8 = 2;
pub(super) const INDETERMINATE: u8 = 3;
pub(super) const COMPLETED: u8 = 4;

// Kinds of outcome.
pub(super) const RESPONSE: u8 = 1;
pub(super) const REFERENCE: u8 = 2;
pub(super) const TOMBSTONE: u8 = 3;
