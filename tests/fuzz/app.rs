//! The APIs that are fuzzed: the same endpoints, and every kind of rule about the version of a request.

use super::declared::{BY_HANDLER, Options, Version, router};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::sync::LazyLock;
use steadfast::{AfterSunset, Header, MediaType, PathSegment, QueryParam, SunsetCounter};

/// What an API does, in words that the model of the tests understands.
#[derive(Debug)]
pub(crate) struct Config {
    /// What the API is nested below.
    pub(crate) mount: &'static str,
    /// What stands before the segment of a version.
    pub(crate) prefix: &'static str,
    pub(crate) echo: &'static str,
    pub(crate) pin: bool,
    pub(crate) default: Option<&'static str>,
    pub(crate) strict: bool,
    pub(crate) reject_future: bool,
    pub(crate) previews: Previews,
    pub(crate) sunset: Sunset,
}

/// Who sees the versions that are declared `preview`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Previews {
    Off,
    On,
    /// Who sends `X-Partner`.
    Partners,
}

/// What is answered after a sunset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sunset {
    Gone,
    FallForward,
    /// As before.
    DryRun,
}

pub(crate) static APIS: [Config; 4] = [
    Config {
        mount: "",
        prefix: "",
        echo: "api-version",
        pin: true,
        default: None,
        strict: false,
        reject_future: false,
        previews: Previews::Off,
        sunset: Sunset::Gone,
    },
    Config {
        mount: "",
        prefix: "/api",
        echo: "api-version",
        pin: false,
        default: Some("2024-12-18"),
        strict: true,
        reject_future: true,
        previews: Previews::On,
        sunset: Sunset::FallForward,
    },
    Config {
        mount: "/shop",
        prefix: "",
        echo: "acme-version",
        pin: true,
        default: Some("2025-03-01"),
        strict: false,
        reject_future: false,
        previews: Previews::Partners,
        sunset: Sunset::Gone,
    },
    Config {
        mount: "",
        prefix: "/api",
        echo: "acme-version",
        pin: false,
        default: None,
        strict: false,
        reject_future: true,
        previews: Previews::Off,
        sunset: Sunset::DryRun,
    },
];

/// The account says itself where it is pinned.
async fn pin(headers: HeaderMap) -> Option<Version> {
    headers.get("x-account")?.to_str().ok()?.parse().ok()
}

fn api(config: &Config) -> Router {
    let media = MediaType("application/vnd.acme+json");
    let (query, header) = (QueryParam("api-version"), Header(config.echo));
    let options = |policy| Options {
        policy,
        after_sunset: match config.sunset {
            Sunset::Gone => AfterSunset::Gone,
            Sunset::FallForward => AfterSunset::FallForward,
            Sunset::DryRun => AfterSunset::DryRun(SunsetCounter::default()),
        },
        previews: config.previews,
    };
    let segment = PathSegment(if config.prefix.is_empty() { "/" } else { config.prefix });
    let version = |text: &str| text.parse::<Version>().unwrap();
    let mut policy = match (config.pin, config.default) {
        (true, None) => header.or(query).or(segment).or(media).pinned_by("x-account", pin).or_reject(),
        (true, Some(default)) => {
            segment.or(media).or(query).or(header).pinned_by("x-account", pin).or_default(version(default))
        }
        (false, None) => query.or(header).or(media).or(segment).or_reject(),
        (false, Some(default)) => media.or(header).or(segment).or(query).or_default(version(default)),
    };
    if config.strict {
        policy = policy.strict();
    }
    if config.reject_future {
        policy = policy.reject_future();
    }
    let api = router(options(policy));
    let nested = if config.mount.is_empty() { api } else { Router::new().nest(config.mount, api) };
    nested
        .fallback(|| async { (StatusCode::NOT_FOUND, [(BY_HANDLER, HeaderValue::from_static("fallback"))]) })
}

static ROUTERS: LazyLock<Vec<Router>> = LazyLock::new(|| APIS.iter().map(api).collect());

/// The running API.
pub(crate) fn running(config: &'static Config) -> Router {
    let index = APIS.iter().position(|one| std::ptr::eq(one, config)).unwrap();
    ROUTERS[index].clone()
}

/// Every header in which an API can name the version of an answer.
pub(crate) const ECHOES: [HeaderName; 2] =
    [HeaderName::from_static("api-version"), HeaderName::from_static("acme-version")];
