//! What changed about endpoints, as the changelog and the tools for maintainers tell it.

use super::{Version, app, call};
use axum::http::{HeaderMap, StatusCode};
use steadfast::changelog::{EndpointChange, Retired};
use steadfast::testing::Exercised;
use steadfast::{Date, Endpoints, api_version, endpoints, get};

fn of_header(headers: HeaderMap) -> String {
    headers["x-name"].to_str().unwrap().to_owned()
}

fn shout((status, name): (StatusCode, String)) -> (StatusCode, String) {
    (status, name.to_uppercase())
}

#[get("/told")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", header("Total-Count", was = "X-Total"), header("Fresh", was = none)),
    changed(
        in = "2024-12-18",
        request(was(HeaderMap), into(String), upgrade = of_header),
        response(downgrade = shout),
        status(202, was = 200),
        note = "The name moved into the body.\nIt was in a header.",
    ),
    changed(in = "2024-12-18", status(201, was = 200)),
)]
async fn told(name: String) -> (StatusCode, String) {
    let status = if name == "a" { StatusCode::OK } else { StatusCode::ACCEPTED };
    (status, name)
}

fn endpoints() -> Endpoints<Version, (), 0> {
    endpoints![Version; told]
}

#[test]
fn the_changelog_tells_them_under_their_version() {
    let changelog = endpoints().changelog();
    let changed = |version: usize| -> Vec<_> {
        let entries = changelog.versions[version].endpoints.iter();
        entries
            .filter(|entry| entry.change == EndpointChange::Changed)
            .map(|entry| (entry.method, entry.path, entry.text.as_deref().unwrap(), entry.note))
            .collect()
    };
    let note = "The name moved into the body.\nIt was in a header.";
    assert_eq!(changed(0), []);
    assert_eq!(
        changed(1),
        [("GET", "/told", "the header `Total-Count` was `X-Total` and the header `Fresh` was added", None)]
    );
    assert_eq!(
        changed(2),
        [
            (
                "GET",
                "/told",
                "the request has another form, the answer has another form and the status 202 was 200",
                Some(note)
            ),
            ("GET", "/told", "the status 201 was 200", None),
        ]
    );
    assert_eq!(changed(3), []);
    let page = changelog.to_markdown();
    assert!(page.contains("* `GET /told`: the status 201 was 200.\n"), "{page}");
    assert!(
        page.contains("status 202 was 200. The name moved into the body.\n  It was in a header.\n"),
        "{page}"
    );
    let data: serde_json::Value = serde_json::from_str(&changelog.to_json()).unwrap();
    assert_eq!(data["versions"][2]["endpoints"][0]["change"], "changed");
    assert_eq!(data["versions"][2]["endpoints"][0]["note"], note);
}

#[test]
fn a_change_can_go_with_the_last_version_that_needs_it() {
    let gone = |on| -> Vec<_> {
        let items = endpoints().retirement(Date::parse(on).unwrap()).items;
        let changes = items.into_iter().filter(|item| matches!(item.what, Retired::EndpointChange { .. }));
        changes.map(|item| item.to_string().replace(module_path!(), "")).collect()
    };
    assert_eq!(gone("2025-12-31"), [""; 0]);
    let of_v1 = [
        "the change of `::told` in 2024-12-18: the request has another form, the answer has another form and the status 202 was 200 (since 2026-01-01)",
        "the change of `::told` in 2024-12-18: the status 201 was 200 (since 2026-01-01)",
    ];
    assert_eq!(gone("2026-01-01"), of_v1);
    let of_v2 = "the change of `::told` in 2025-03-31: the header `Total-Count` was `X-Total` and the header `Fresh` was added (since 2027-01-01)";
    assert_eq!(gone("2027-01-01"), [of_v1[0], of_v1[1], of_v2]);
}

#[tokio::test]
async fn a_test_run_has_gone_through_what_applied() {
    let missing = || {
        let check = Exercised::new().of_endpoints(&endpoints()).check();
        let text = check.err().map(|error| error.to_string()).unwrap_or_default();
        text.lines().skip(1).map(|line| line.replace(module_path!(), "")).collect::<Vec<_>>()
    };
    let app = app(endpoints());
    // The newest version goes through nothing, and a request that is refused reaches no handler.
    assert_eq!(call(&app, "GET /told", "2025-09-30", &[], "b").await.status, 202);
    assert_eq!(missing().len(), 6);
    assert_eq!(call(&app, "GET /told", "2024-01-15", &[("x-name", "a")], "").await.body, "A");
    assert_eq!(
        missing(),
        [
            "* `::told` in 2024-12-18: the status 202 was 200, in no older version",
            "* `::told` in 2024-12-18: the status 201 was 200, in no older version",
            "* `::told` in 2025-03-31: the header `Total-Count` was `X-Total`, in no older version",
            "* `::told` in 2025-03-31: the header `Fresh` was added, in no older version",
        ]
    );
    assert_eq!(call(&app, "GET /told", "2024-01-15", &[("x-name", "b")], "").await.status, 200);
    assert_eq!(missing().len(), 3);
}
