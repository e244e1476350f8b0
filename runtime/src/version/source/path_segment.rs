/// The segment of the path that names the version: `PathSegment("/")` for `/v2/payments` and `/2024-12-18/payments`,
/// `PathSegment("/api")` for `/api/v2/payments`.
///
/// The paths of endpoints are written without it: with `PathSegment("/api")` an endpoint at `/api/payments` answers at
/// `/api/v2/payments`. The segment is the alias or the date of a declared version; anything else names no resource and is
/// 404. Without the segment, at `/api/payments`, the version comes from the other places, the pin or the default.
///
/// Under the segment of a version, a path that no endpoint has is answered by the API itself and not by the fallback of
/// the router it is merged into, and layers around the router see no `MatchedPath`, which handlers do. Endpoints that are neutral stay where they are, without a segment.
///
/// ```
/// use steadfast::{ApiVersions, PathSegment, VersionPolicy};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15", alias = "v1")]
///     V2024_01_15,
/// }
///
/// let policy: VersionPolicy<Version, ()> = PathSegment("/").or_reject();
/// ```
///
/// # Panics
/// The methods panic if the text does not begin with `/`, ends with one besides that, or holds a parameter.
#[derive(Debug, Clone, Copy)]
pub struct PathSegment(pub &'static str);

impl PathSegment {
    /// The text before the segment, without a slash at its end: empty at the front.
    pub(super) fn prefix(self) -> &'static str {
        let prefix = if self.0 == "/" { "" } else { self.0 };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
        assert!(
            prefix.is_empty()
                || prefix.starts_with('/') && !prefix.ends_with('/') && prefix.bytes().all(plain),
            "{:?} is not a path that a version can follow: write `/`, or a path such as `/api`",
            self.0
        );
        prefix
    }
}
