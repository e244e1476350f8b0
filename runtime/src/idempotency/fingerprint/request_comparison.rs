use steadfast_core::Date;

/// The knowledge of an endpoint about its requests, by which those of different API versions are compared.
///
/// A version is `None` where the endpoint is neutral: there the body has its newest shape.
pub(crate) trait RequestComparison: Send + Sync {
    /// Returns `true` if some fields of the body do not count (`#[fingerprint(skip)]`): then the text of a body does not
    /// decide, but the value that is read from it.
    fn skips_fields(&self, version: Option<Date>) -> bool;

    /// Returns `true` if the text of a body means the same at both versions.
    fn reads_alike(&self, body: &[u8], one: Date, other: Date) -> bool;

    /// Returns `true` if requests of the two versions can be the same.
    fn is_comparable(&self, one: Date, other: Date) -> bool;

    /// Returns `true` if two bodies of this version with equal values differ in their spelling at most.
    fn is_faithful(&self, version: Date) -> bool;

    /// Returns `true` if a body can be read at this version, as far as that is known.
    fn is_readable(&self, body: &[u8], version: Date) -> bool;

    /// Returns a hash of the name of the type of bodies of this version; `None` if only their texts can be compared.
    fn type_id(&self, version: Option<Date>) -> Option<u64>;

    /// Reads a body at one version, and writes its value as JSON in the shape of another, without the fields that do
    /// not count; `None` is the newest version. Returns no value if the body does not tell all of it, or it not all of the
    /// body.
    fn value(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<BodyValue>;
}

/// The value of a body.
pub(crate) struct BodyValue {
    /// A hash of the name of its type.
    pub(crate) type_id: u64,
    /// The value as JSON.
    pub(crate) json: Vec<u8>,
    /// Equal values are equal texts. Otherwise the order of members may differ.
    pub(crate) is_ordered: bool,
}
