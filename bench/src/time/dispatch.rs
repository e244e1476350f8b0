//! From a request's head to its handler, over the number of endpoints.

use super::Table;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use std::error::Error;
use tower::ServiceExt;

const CALLS_A_ROUND: u32 = 4_000;
const ENDPOINTS: [usize; 3] = [1, 100, 500];

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    for endpoints in ENDPOINTS {
        add(&mut table, format!("bare axum, endpoints: {endpoints}"), plain(endpoints), move || {
            request(endpoints / 2)
        })?;
    }
    Ok(table)
}

/// Adds a row that sends `request` through `router`.
fn add(
    table: &mut Table,
    name: String,
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

fn plain(endpoints: usize) -> Router {
    (0..endpoints).fold(Router::new(), |router, number| router.route(&path(number), get(async || "ok")))
}

fn request(number: usize) -> Request<Body> {
    Request::get(path(number)).body(Body::empty()).expect("the path is valid")
}

fn path(number: usize) -> String {
    format!("/resources{number}/list")
}
