use steadfast_core::Date;

/// The knowledge of an endpoint about the body of its requests, by which requests of different API versions are
/// compared.
///
/// `at` and `to` are API versions; where an endpoint is neutral they are `None`, and the body has its newest shape.
pub(crate) trait BodyComparison: Send + Sync {
    /// Returns `true` if some fields of the body do not count (`#[fingerprint(skip)]`): then the text of a body does not
    /// decide, but the value that is read from it.
    fn skips_fields(&self) -> bool;

    /// Returns `true` if the text of a request means the same at both versions.
    fn reads_alike(&self, one: Date, other: Date) -> bool;

    /// Returns `true` if requests of the two versions can be compared by the value that the handler reads.
    fn is_comparable(&self, one: Date, other: Date) -> bool;

    /// Returns `true` if two bodies of this version with equal values differ in their spelling at most.
    fn is_faithful(&self, version: Date) -> bool;

    /// Reads a body at one version, and returns its value as JSON in the shape of another, without the fields that do
    /// not count. `None` if there is no such value, or it hides something when it is written.
    fn typed(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<TypedBody>;
}

/// The value of a body.
pub(crate) struct TypedBody {
    /// A hash of the name of its type.
    pub(crate) type_id: u64,
    /// The value as JSON. The order of members may differ between equal values.
    pub(crate) json: Vec<u8>,
}
