//! From a request's head to its handler, over the places a version can be named in.

use super::Table;
use super::dispatch::{add, plain};
use super::wide::{self, Months};
use axum::http::{HeaderName, Request};
use axum::{body::Body, http::HeaderMap};
use std::error::Error;
use steadfast::{Api, ApiVersions, Header, MediaType, PathSegment, QueryParam, VersionPolicy};

const CALLS_A_ROUND: u32 = 4_000;
const ENDPOINTS: usize = 100;
type Version = Months<10>;

/// How a request names the version: what stands before its path, behind it, and in which header.
struct Naming {
    name: &'static str,
    before: String,
    behind: String,
    header: Option<(HeaderName, String)>,
    policy: VersionPolicy<Version, ()>,
}

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    for Naming { name, before, behind, header, policy } in namings() {
        let request = move |before: &str| {
            let mut request = Request::get(format!("{before}{}{behind}", wide::path(ENDPOINTS / 2)));
            if let Some((name, value)) = &header {
                request = request.header(name, value);
            }
            request.body(Body::empty()).expect("the path and the header are valid")
        };
        // Bare axum gets the same request, but for the segment of the version that it knows nothing of.
        let (bare, ours) = (format!("bare axum, {name}"), format!("steadfast, {name}"));
        let api = Api::new(wide::endpoints::<Version>(ENDPOINTS)).version_from(policy);
        let asked = request.clone();
        add(&mut table, &bare, plain(ENDPOINTS), move || request(""))?;
        add(&mut table, &ours, api.with_state(()), move || asked(&before))?;
        table.above(format!("above bare axum, {name}"), ours, bare);
    }
    Ok(table)
}

fn namings() -> Vec<Naming> {
    let version = Version::ALL[5];
    let date = version.date();
    let header = |name: &'static str, value: String| Some((HeaderName::from_static(name), value));
    let naming =
        |name, header, policy| Naming { name, before: String::new(), behind: String::new(), header, policy };
    let media = "application/vnd.acme+json";
    vec![
        naming("header", header("api-version", date.to_string()), Header("Api-Version").or_reject()),
        naming(
            "second header",
            header("x-version", date.to_string()),
            Header("Api-Version").or(Header("X-Version")).or_reject(),
        ),
        Naming {
            behind: format!("?api-version={date}"),
            ..naming("query parameter", None, QueryParam("api-version").or_reject())
        },
        Naming { before: format!("/{date}"), ..naming("path segment", None, PathSegment("/").or_reject()) },
        naming(
            "media type",
            header("accept", format!("{media}; version={date}")),
            MediaType(media).or_reject(),
        ),
        naming("pin", header("x-api-key", "key".to_owned()), {
            let pin = async |headers: HeaderMap| headers.contains_key("x-api-key").then_some(Version::ALL[5]);
            Header("Api-Version").pinned_by("X-Api-Key", pin).or_reject()
        }),
        naming("default", None, Header("Api-Version").or_default(version)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_read() {
        assert_eq!(table().unwrap().medians(1).len(), 3 * namings().len());
    }
}
