//! From a request's head to its handler, over the number of endpoints and of declared versions.

use super::Table;
use super::wide::{self, Months};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use std::error::Error;
use steadfast::{Api, ApiVersions, Header};
use tower::ServiceExt;

const CALLS_A_ROUND: u32 = 4_000;
const ENDPOINTS: [usize; 3] = [1, 100, 500];

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    for endpoints in ENDPOINTS {
        let name = format!("bare axum, endpoints: {endpoints}");
        add(&mut table, &name, plain(endpoints), move || request(endpoints / 2, "2000-01-01"))?;
        versioned::<Months<1>>(&mut table, &name, endpoints)?;
        versioned::<Months<10>>(&mut table, &name, endpoints)?;
        versioned::<Months<50>>(&mut table, &name, endpoints)?;
        versioned::<Months<200>>(&mut table, &name, endpoints)?;
    }
    Ok(table)
}

/// Adds a row of requests for the version in the middle, and what it takes above `bare`.
fn versioned<V: ApiVersions>(table: &mut Table, bare: &str, endpoints: usize) -> Result<(), Box<dyn Error>> {
    let versions = V::ALL.len();
    let name = format!("steadfast, endpoints: {endpoints}, versions: {versions}");
    let api = Api::new(wide::endpoints::<V>(endpoints)).version_from(Header("Api-Version").or_reject());
    let version = V::ALL[versions / 2].date().to_string();
    add(table, &name, api.with_state(()), move || request(endpoints / 2, &version))?;
    table.above(format!("above bare axum, endpoints: {endpoints}, versions: {versions}"), name, bare);
    Ok(())
}

/// Adds a row that sends `request` through `router`.
pub(super) fn add(
    table: &mut Table,
    name: &str,
    router: Router,
    request: impl Fn() -> Request<Body> + 'static,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let first = runtime.block_on(router.clone().oneshot(request()))?;
    if !first.status().is_success() {
        return Err(format!("{name}: answered {}", first.status()).into());
    }
    table.row(name, request, move |request| runtime.block_on(router.clone().oneshot(request)));
    Ok(())
}

pub(super) fn plain(endpoints: usize) -> Router {
    (0..endpoints)
        .fold(Router::new(), |router, number| router.route(&wide::path(number), get(async || wide::ANSWER)))
}

/// Also bare axum is sent a version: to carry a header costs the same everywhere.
fn request(number: usize, version: &str) -> Request<Body> {
    let request = Request::get(wide::path(number)).header("api-version", version);
    request.body(Body::empty()).expect("the path and the version are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_router_of_the_table_answers() {
        assert_eq!(table().unwrap().medians(1).len(), 3 + 2 * 12);
    }
}
