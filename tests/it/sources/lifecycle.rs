//! The life of a version is the same wherever it is named.

use super::places::{PLACES, Place};
use super::{V1, V2, V3, Version, ask, ask_anything, second, serve, vary, while_all_live};
use steadfast::{AfterSunset, ApiVersions, SunsetCounter};

#[tokio::test]
async fn every_version_is_served_by_its_name() {
    for place in &PLACES {
        for version in [V1, V2, V3] {
            let server = serve(place, version, while_all_live(), AfterSunset::Gone).await;
            let answer = ask(&server, place, version, "GET /shop/version", &[], "").await;
            assert_eq!((answer.status, answer.body), (200, version.to_string()), "{}", place.name);
            let query = ask(&server, place, version, "GET /shop/version?a=b", &[], "").await;
            assert_eq!((query.status, query.body), (200, version.to_string()), "{}", place.name);
        }
    }
}

#[tokio::test]
async fn a_deprecated_version_says_until_when_and_where_to_go() {
    for place in &PLACES {
        for now in ["2024-06-01", "2025-01-01"] {
            let server = serve(place, V1, second(now, 0), AfterSunset::Gone).await;
            let answer = ask(&server, place, V1, "GET /shop/version?a=b", &[], "").await;
            assert_eq!(answer.status, 200, "{}", place.name);
            assert_eq!(answer.header("deprecation"), Some("@1734480000"), "{}", place.name);
            assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"), "{}", place.name);
            let links = answer.all("link").join(", ");
            for relation in ["deprecation", "sunset"] {
                let link = format!("<https://api.example.com/v2>; rel=\"{relation}\"");
                assert!(links.contains(&link), "{}: {links}", place.name);
            }
            assert_successors(place, &links, [V2, V3]);
        }
        let server = serve(place, V2, while_all_live(), AfterSunset::Gone).await;
        let answer = ask(&server, place, V2, "GET /shop/version", &[], "").await;
        for header in ["deprecation", "sunset", "link"] {
            assert_eq!(answer.header(header), None, "{}", place.name);
        }
    }
}

/// A client whose version is in the path is shown other paths, and any other client the one it knows.
fn assert_successors(place: &Place, links: &str, [successor, latest]: [Version; 2]) {
    if place.in_path {
        for (relation, version) in [("successor-version", successor), ("latest-version", latest)] {
            let target = (place.name_it)("/shop/version", &version.to_string(), version.alias()).target;
            let found = links.split(", ").any(|link| {
                (link.starts_with(&format!("<{target}>")) || link.starts_with(&format!("<{target}?a=b>")))
                    && link.contains(relation)
            });
            assert!(found, "{}: {relation} {target} in {links}", place.name);
        }
    } else {
        let found = links
            .split(", ")
            .any(|link| link.starts_with("</shop/version") && link.contains("rel=\"successor-version\""));
        assert!(found, "{}: {links}", place.name);
    }
}

#[tokio::test]
async fn a_sunset_version_is_gone() {
    for place in &PLACES {
        let server = serve(place, V1, second("2025-06-30", 86_399), AfterSunset::Gone).await;
        assert_eq!(ask(&server, place, V1, "GET /shop/version", &[], "").await.status, 200, "{}", place.name);
        let server = serve(place, V1, second("2025-07-01", 0), AfterSunset::Gone).await;
        for request in ["GET /shop/version?a=b", "DELETE /shop/items/7"] {
            let answer = ask(&server, place, V1, request, &[], "").await;
            assert_eq!(
                (answer.status, answer.problem_type().as_str()),
                (410, "version-sunset"),
                "{}",
                place.name
            );
            assert_eq!(answer.problem()["served"], "2024-01-15", "{}", place.name);
            assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"), "{}", place.name);
            if request.starts_with("GET") {
                assert_eq!(answer.problem()["supported"], serde_json::json!(["2024-12-18", "2025-09-30"]));
                assert_successors(place, &answer.all("link").join(", "), [V2, V3]);
            }
        }
        let head = ask(&server, place, V1, "HEAD /shop/version", &[], "").await;
        assert_eq!((head.status, head.body.as_str()), (410, ""), "{}", place.name);
        let server = serve(place, V2, second("2025-07-01", 0), AfterSunset::Gone).await;
        assert_eq!(ask(&server, place, V2, "GET /shop/version", &[], "").await.status, 200, "{}", place.name);
    }
}

#[tokio::test]
async fn a_sunset_version_may_fall_forward_to_the_oldest_live_one() {
    for place in &PLACES {
        let server = serve(place, V1, second("2025-07-01", 0), AfterSunset::FallForward).await;
        let answer = ask_anything(&server, place, V1, "GET /shop/version", &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "2024-12-18"), "{}", place.name);
        assert_eq!(answer.header(place.echo), Some("2024-12-18"), "{}: it says so", place.name);
        // What the older version did not have is there.
        assert_eq!(
            ask_anything(&server, place, V1, "GET /shop/news", &[], "").await.body,
            "news",
            "{}",
            place.name
        );
        let body = r#"{"id":1,"total":{"value":5,"currency":"usd"}}"#;
        let echoed = ask_anything(&server, place, V1, "POST /shop/echo", &[], body).await;
        assert_eq!((echoed.status, echoed.body.as_str()), (202, body), "{}", place.name);
        let before = serve(place, V1, second("2025-06-30", 0), AfterSunset::FallForward).await;
        assert_eq!(
            ask(&before, place, V1, "GET /shop/version", &[], "").await.body,
            "2024-01-15",
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn a_brown_out_is_over_after_a_while() {
    for place in &PLACES {
        for (hour, minute, second_of, left) in
            [(13, 59, 59, None), (14, 0, 0, Some("3600")), (14, 59, 59, Some("1")), (15, 0, 0, None)]
        {
            let now = second("2025-06-01", hour * 3600 + minute * 60 + second_of);
            let server = serve(place, V1, now, AfterSunset::Gone).await;
            let answer = ask(&server, place, V1, "GET /shop/version", &[], "").await;
            assert_eq!(answer.header("retry-after"), left, "{}", place.name);
            if left.is_none() {
                assert_eq!(answer.status, 200, "{}", place.name);
                continue;
            }
            assert_eq!(
                (answer.status, answer.problem_type().as_str()),
                (410, "version-brownout"),
                "{}",
                place.name
            );
            assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"), "{}", place.name);
            let other = serve(place, V2, now, AfterSunset::Gone).await;
            assert_eq!(
                ask(&other, place, V2, "GET /shop/version", &[], "").await.status,
                200,
                "{}",
                place.name
            );
        }
    }
}

/// There is no later version to fall to: this one is still alive.
#[tokio::test]
async fn a_brown_out_happens_although_versions_fall_forward() {
    for place in &PLACES {
        let server = serve(place, V1, second("2025-06-01", 14 * 3600), AfterSunset::FallForward).await;
        let answer = ask(&server, place, V1, "GET /shop/version", &[], "").await;
        assert_eq!(
            (answer.status, answer.problem_type().as_str()),
            (410, "version-brownout"),
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn a_dry_run_counts_whom_the_sunset_would_have_met() {
    for place in &PLACES {
        let counter = SunsetCounter::default();
        let server = serve(place, V1, second("2025-07-01", 0), AfterSunset::DryRun(counter.clone())).await;
        for _ in 0..3 {
            let answer = ask(&server, place, V1, "GET /shop/version", &[], "").await;
            assert_eq!((answer.status, answer.body.as_str()), (200, "2024-01-15"), "{}", place.name);
        }
        let counts = counter.counts();
        assert_eq!(counts.len(), 1, "{}: {counts:?}", place.name);
        assert_eq!((counts[0].version, counts[0].requests), (V1.date(), 3), "{}", place.name);
        assert!(counts[0].endpoint.ends_with("version"), "{}: {counts:?}", place.name);
        let live = SunsetCounter::default();
        let server = serve(place, V2, second("2025-07-01", 0), AfterSunset::DryRun(live.clone())).await;
        let answer = ask(&server, place, V2, "GET /shop/version", &[], "").await;
        assert_eq!((answer.status, live.counts().is_empty()), (200, true), "{}", place.name);
    }
}

#[tokio::test]
async fn a_removed_version_is_gone_for_good() {
    assert_removed(|place| place.media_type.is_none()).await;
}

#[tokio::test]
async fn a_removed_version_is_gone_for_media_types_as_well() {
    assert_removed(|place| place.media_type.is_some()).await;
}

async fn assert_removed(which: fn(&Place) -> bool) {
    let mut wrong = Vec::new();
    for place in PLACES.iter().filter(|place| place.dates && which(place)) {
        let server = serve(place, V1, while_all_live(), AfterSunset::Gone).await;
        let named = (place.name_it)("/shop/version", "2023-01-15", "");
        let answer = server.call(&format!("GET {}", named.target), &named.headers, "").await;
        if answer.status != 410 || answer.problem_type() != "version-removed" || vary(&answer) != place.vary {
            wrong.push(format!("{}: {answer:?}", place.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
