//! An `Api` is an ordinary `axum::Router`: what axum and its layers do goes on as without it.

mod handlers;
mod layers;
mod locations;
mod parameters;
mod router;
mod segments;
mod shadowing;
mod streams;

use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version("2024-01-01", alias = "v1")]
    V1,
    #[version("2024-12-18", alias = "v2")]
    V2,
    #[version("2025-07-01", alias = "v3")]
    V3,
}

const ALL: [&str; 3] = ["2024-01-01", "2024-12-18", "2025-07-01"];

/// The header of a version.
fn at(version: &str) -> [String; 1] {
    [format!("Api-Version: {version}")]
}
