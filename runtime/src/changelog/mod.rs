//! What changed from version to version, and what nobody needs any more.
//!
//! Both are read from what is declared: [`Endpoints::changelog`] for clients, [`Endpoints::retirement`] for those who
//! maintain the service.

mod collect;
mod entry;
mod markdown;
mod retirement;

pub use crate::wire::history::{ChangeVerb, Held, HistoryFn, Law, Layout, TypeChange, TypeHistory};
pub use entry::{
    BehaviourEntry, Changelog, EndingEndpoint, EndpointChange, EndpointEntry, OpaqueEntry, TypeEntry,
    VersionEntry,
};
pub use retirement::{Retirable, Retired, Retirement};

use crate::api::Api;
use crate::endpoint::{Endpoints, Gate};
use crate::version::{ApiVersions, Change};
use steadfast_core::Date;

impl<V: ApiVersions, S, const NEEDS: u8> Endpoints<V, S, NEEDS> {
    /// Adds a change of behaviour to the changelog and to what can be retired. A list of endpoints cannot know them: they
    /// stand inside of handlers.
    ///
    /// ```
    /// use steadfast::{ApiVersions, Change, Endpoints, endpoints};
    ///
    /// #[derive(ApiVersions)]
    /// enum Version {
    ///     #[version("2024-01-15")]
    ///     V2024_01_15,
    ///     #[version("2024-12-18")]
    ///     V2024_12_18,
    /// }
    ///
    /// /// Prices include tax.
    /// #[derive(Change)]
    /// #[change(Version, in = "2024-12-18")]
    /// struct TaxIncluded;
    ///
    /// let endpoints: Endpoints<_, (), _> = endpoints![Version;].gate::<TaxIncluded>();
    /// assert!(endpoints.changelog().to_markdown().contains("Prices include tax."));
    /// ```
    #[must_use]
    pub fn gate<C: Change<Versions = V>>(mut self) -> Self {
        self.gates.push(Gate { name: C::NAME, date: C::IN, note: C::NOTE });
        self
    }

    /// What each version changed for clients, newest first: endpoints, the types in their `Versioned` bodies, and the
    /// changes of behaviour given to [`gate`](Self::gate).
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};
    ///
    /// #[derive(ApiVersions)]
    /// enum Version {
    ///     #[version("2024-01-15")]
    ///     V2024_01_15,
    ///     #[version("2024-12-18")]
    ///     V2024_12_18,
    /// }
    ///
    /// #[versioned]
    /// #[derive(Serialize, Deserialize)]
    /// struct Payment {
    ///     #[renamed(in = "2024-12-18", was(customer), note = "All ids end in `_id`.")]
    ///     customer_id: String,
    /// }
    ///
    /// #[post("/payments")]
    /// #[api_version(since = "2024-01-15")]
    /// async fn pay(Versioned(payment): Versioned<Payment>) -> Versioned<Payment> {
    ///     Versioned(payment)
    /// }
    ///
    /// let endpoints: Endpoints<_, (), _> = endpoints![Version; pay];
    /// let changelog = endpoints.changelog();
    /// let newest = &changelog.versions[0];
    /// assert_eq!(newest.version.to_string(), "2024-12-18");
    /// assert_eq!(newest.types[0].text, "`customer` was renamed to `customer_id`");
    /// assert_eq!(newest.types[0].note, Some("All ids end in `_id`."));
    /// assert_eq!(newest.types[0].endpoints, ["POST /payments"]);
    /// ```
    pub fn changelog(&self) -> Changelog {
        collect::changelog(V::TIMELINE, &self.metas(), &self.gates)
    }

    /// What only versions need that are past their sunset on this day, and what therefore can be deleted.
    ///
    /// ```
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
    /// assert!(endpoints.retirement(day("2025-06-30")).items.is_empty());
    /// assert!(endpoints.retirement(day("2025-07-01")).to_string().contains("GET /legacy"));
    /// ```
    pub fn retirement(&self, on: Date) -> Retirement {
        retirement::retirement(V::TIMELINE, &self.metas(), &self.gates, on)
    }
}

impl<V: ApiVersions, S, const NEEDS: u8, P, I> Api<V, S, NEEDS, P, I> {
    /// See [`Endpoints::gate`].
    pub fn gate<C: Change<Versions = V>>(self) -> Self {
        self.map_endpoints(Endpoints::gate::<C>)
    }

    /// See [`Endpoints::changelog`].
    pub fn changelog(&self) -> Changelog {
        self.endpoints().changelog()
    }

    /// See [`Endpoints::retirement`]. Nothing can be deleted while [`AfterSunset::DryRun`](crate::AfterSunset::DryRun)
    /// still answers for versions past their sunset.
    pub fn retirement(&self, on: Date) -> Retirement {
        if self.answers_after_sunset() {
            return Retirement { on, items: Vec::new() };
        }
        self.endpoints().retirement(on)
    }
}
