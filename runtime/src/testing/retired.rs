use crate::changelog::Retirable;
use crate::endpoint::Endpoints;
use crate::version::ApiVersions;
use std::fmt;
use steadfast_core::Date;

/// What should have been deleted by now; see [`nothing_to_retire`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    grace_days: u32,
    items: Vec<Retirable>,
}

impl Overdue {
    /// What it is.
    pub fn items(&self) -> &[Retirable] {
        &self.items
    }
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no version that is served has needed this for more than {} days; delete:",
            self.grace_days
        )?;
        self.items.iter().try_for_each(|item| write!(f, "\n* {item}"))
    }
}

impl std::error::Error for Overdue {}

/// Fails if something that only versions past their sunset need is still there more than `grace_days` later.
///
/// ```
/// use steadfast::testing::nothing_to_retire;
/// use steadfast::{ApiVersions, Date, Endpoints, api_version, endpoints, get};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-07-01")]
///     V2024_01_15,
///     #[version("2024-12-18")]
///     V2024_12_18,
/// }
///
/// #[get("/legacy")]
/// #[api_version(since = "2024-01-15", until = "2024-12-18")]
/// async fn legacy() {}
///
/// let endpoints: Endpoints<_, (), _> = endpoints![Version; legacy];
/// let day = |text| Date::parse(text).unwrap();
/// assert!(nothing_to_retire(&endpoints, day("2025-07-31"), 30).is_ok());
/// let overdue = nothing_to_retire(&endpoints, day("2025-08-01"), 30).unwrap_err();
/// assert!(overdue.to_string().contains("the endpoint GET /legacy"));
/// ```
///
/// # Errors
/// If there is any; the error lists all of it.
pub fn nothing_to_retire<V: ApiVersions, S, const NEEDS: u8>(
    endpoints: &Endpoints<V, S, NEEDS>,
    today: Date,
    grace_days: u32,
) -> Result<(), Overdue> {
    let items: Vec<_> = endpoints.retirement(today).overdue(grace_days).cloned().collect();
    if items.is_empty() { Ok(()) } else { Err(Overdue { grace_days, items }) }
}
