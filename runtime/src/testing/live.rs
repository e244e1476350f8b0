use crate::version::ApiVersions;
use steadfast_core::{Date, Phase};

/// The versions that answer on a day, oldest first: all but those past their sunset. Previews are among them.
///
/// ```
/// use steadfast::testing::live_versions;
/// use steadfast::{ApiVersions, Date};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-07-01")]
///     V2024_01_15,
///     #[version("2024-12-18")]
///     V2024_12_18,
/// }
///
/// let today = Date::parse("2025-07-01").unwrap();
/// assert!(live_versions::<Version>(today).eq([Version::V2024_12_18]));
/// ```
pub fn live_versions<V: ApiVersions>(today: Date) -> impl Iterator<Item = V> {
    V::ALL.iter().copied().filter(move |version| version.phase(today) != Phase::Sunset)
}

/// Runs a test once for every version that answers on a day, oldest first, one after the other. If it panics, the name
/// of the version is written to the standard error stream.
///
/// ```
/// use steadfast::testing::each_live_version;
/// use steadfast::{ApiVersions, Date};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15")]
///     V2024_01_15,
///     #[version("2024-12-18")]
///     V2024_12_18,
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let today = Date::parse("2025-07-01").unwrap();
/// let mut tested = Vec::new();
/// each_live_version::<Version>(today, async |version| {
///     tested.push(version);
/// })
/// .await;
/// assert_eq!(tested, [Version::V2024_01_15, Version::V2024_12_18]);
/// # });
/// ```
pub async fn each_live_version<V: ApiVersions>(today: Date, mut test: impl AsyncFnMut(V)) {
    for version in live_versions::<V>(today) {
        let _named = Named(version.date());
        test(version).await;
    }
}

/// Says which version it was, if the test panics.
struct Named(Date);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the test failed for the version {}", self.0);
        }
    }
}
