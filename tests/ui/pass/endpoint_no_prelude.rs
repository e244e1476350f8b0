//! No prelude, names of the prelude taken by the user, types less visible than the handlers that use them, type
//! parameters, wrapped in a macro, every lint that a careful crate turns on.
#![no_implicit_prelude]
#![deny(warnings, unused_qualifications, unreachable_pub, missing_docs, missing_debug_implementations)]

use ::steadfast::{Api, ApiVersions, Change, Header, api_version, endpoints, get, idempotent, post};

#[allow(dead_code)]
#[derive(Debug)]
struct Result;
#[allow(dead_code)]
#[derive(Debug)]
struct Option;
#[allow(dead_code)]
#[derive(Debug)]
struct String;

/// The versions.
#[derive(ApiVersions)]
#[api_versions(policy(idempotency = "required"))]
pub enum Version {
    /// The first.
    #[version("2024-01-15", alias = "v1", deprecated = "2024-12-18", sunset = "2025-07-01")]
    V2024_01_15,
    /// The second.
    #[version("2024-12-18")]
    V2024_12_18,
}

mod changes {
    use ::steadfast::Change;

    /// Created things have an id.
    #[derive(Debug, Change)]
    #[change(super::Version, in = "2024-12-18")]
    pub(crate) struct Ids;
}

mod handlers {
    use ::steadfast::{Scope, api_version, axum, http, idempotent, post};

    struct Merchant;

    impl<S: ::core::marker::Sync> axum::extract::FromRequestParts<S> for Merchant {
        type Rejection = http::StatusCode;

        async fn from_request_parts(
            _: &mut http::request::Parts,
            _: &S,
        ) -> ::core::result::Result<Self, http::StatusCode> {
            ::core::result::Result::Ok(Self)
        }
    }

    impl Scope for Merchant {
        fn scope(&self) -> ::std::borrow::Cow<'_, str> {
            ::std::borrow::Cow::Borrowed("merchant")
        }
    }

    /// Creates.
    #[idempotent(ttl = "24h", scope = Merchant)]
    #[api_version(since = "2024-01-15")]
    #[post("/payments")]
    pub(crate) async fn create() -> &'static str {
        "created"
    }
}

/// Generic.
#[get("/generic")]
#[api_version(since = "2024-12-18")]
async fn generic<T>() -> &'static str
where
    T: ::core::default::Default + ::core::marker::Send + 'static,
{
    let _ = T::default();
    "generic"
}

macro_rules! wrapped {
    ($name:ident, $path:literal) => {
        /// Wrapped.
        #[post($path)]
        #[api_version(neutral)]
        #[idempotent(ttl = "24h", scope = none)]
        async fn $name() -> impl ::steadfast::axum::response::IntoResponse {
            "wrapped"
        }
    };
}
wrapped!(wrapped, "/wrapped");

#[cfg(any())]
#[get("/absent")]
async fn absent() -> Missing {}

fn main() {
    let _ = changes::Ids.applies(Version::V2024_01_15) || changes::Ids.applies_here();
    let _: ::steadfast::axum::Router =
        Api::new(endpoints![Version; handlers::create, generic::<u8>, wrapped])
            .version_from(Header("Api-Version").or_default(Version::V2024_12_18))
            .idempotency(::steadfast::MemoryStore::new())
            .with_state(());
}
