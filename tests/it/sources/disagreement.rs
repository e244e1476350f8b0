//! A version may be named in several places, but only one version.

use super::places::{JSON, Named, PLACES, Place};
use super::{V1, V2, Version, serve, while_all_live};
use steadfast::AfterSunset;

type NameIt = fn(&str, &str, &str) -> Named;

/// The places of one API that looks everywhere.
const EVERYWHERE: [(&str, NameIt); 8] = [
    ("header", |path, date, _| named(path, &format!("Api-Version: {date}"))),
    ("second header", |path, date, _| named(path, &format!("X-Version: {date}"))),
    ("query", |path, date, _| named(&format!("{path}?api-version={date}"), "X-Nothing: 1")),
    ("path", |path, date, _| named(&format!("/{date}{path}"), "X-Nothing: 1")),
    ("path alias", |path, _, alias| named(&format!("/{alias}{path}"), "X-Nothing: 1")),
    ("accept", |path, date, _| named(path, &format!("Accept: {JSON}; version={date}"))),
    ("accept alias", |path, _, alias| named(path, &format!("Accept: application/vnd.acme.{alias}+json"))),
    ("content-type", |path, date, _| named(path, &format!("Content-Type: {JSON}; version={date}"))),
];

fn named(target: &str, line: &str) -> Named {
    Named { target: target.to_owned(), headers: vec![line.to_owned()] }
}

/// Whether both speak of the same line or segment, so that no request can have them both.
fn same_place(a: &str, b: &str) -> bool {
    a.split(' ').next() == b.split(' ').next() && a != "second header" && b != "second header"
}

fn everywhere() -> &'static Place {
    PLACES.iter().find(|place| place.name == "a header among everything").unwrap()
}

#[tokio::test]
async fn two_places_that_disagree_are_ambiguous_and_equal_ones_are_not() {
    let server = serve(everywhere(), V1, while_all_live(), AfterSunset::Gone).await;
    let mut pairs = 0;
    for (i, (name_a, a)) in EVERYWHERE.iter().enumerate() {
        for (name_b, b) in &EVERYWHERE[i + 1..] {
            if same_place(name_a, name_b) {
                continue;
            }
            pairs += 1;
            for (of_a, of_b) in [(V1, V1), (V2, V2), (V1, V2), (V2, V1)] {
                let first = a("/shop/version", &of_a.to_string(), of_a.alias());
                let second = b(&first.target, &of_b.to_string(), of_b.alias());
                let headers = [first.headers, second.headers].concat();
                let answer = server.call(&format!("GET {}", second.target), &headers, "").await;
                let context = format!("{name_a} {of_a}, {name_b} {of_b}: {answer:?}");
                if of_a == of_b {
                    assert_eq!((answer.status, &answer.body), (200, &of_a.to_string()), "{context}");
                } else {
                    assert_eq!(
                        (answer.status, answer.problem_type().as_str()),
                        (400, "ambiguous-version"),
                        "{context}"
                    );
                    assert_eq!(answer.header("api-version"), None, "{context}");
                    assert_eq!(answer.header("cache-control"), Some("no-store"), "{context}");
                }
                assert_eq!(super::vary(&answer), everywhere().vary, "{context}");
            }
        }
    }
    assert_eq!(pairs, 8 * 7 / 2 - 2);
}

#[tokio::test]
async fn one_place_that_says_two_things_is_ambiguous() {
    let server = serve(everywhere(), V1, while_all_live(), AfterSunset::Gone).await;
    let [v1, v2] = ["v1", "v2"].map(|alias| format!("application/vnd.acme.{alias}+json"));
    for (target, headers) in [
        ("/shop/version", vec!["X-Version: 2024-01-15".to_owned(), "X-Version: 2024-12-18".to_owned()]),
        ("/shop/version?api-version=2024-01-15&api-version=2024-12-18", vec!["X-Nothing: 1".to_owned()]),
        ("/shop/version", vec![format!("Accept: {v1}, {v2}")]),
        ("/shop/version", vec![format!("Accept: {v1}"), format!("Accept: {v2}")]),
    ] {
        let answer = server.call(&format!("GET {target}"), &headers, "").await;
        assert_eq!(answer.status, 400, "{target} {headers:?}: {answer:?}");
        assert_eq!(answer.problem_type(), "ambiguous-version", "{target} {headers:?}");
    }
}

#[tokio::test]
async fn two_types_of_one_body_are_ambiguous() {
    let server = serve(everywhere(), V1, while_all_live(), AfterSunset::Gone).await;
    let headers = ["v1", "v2"].map(|alias| format!("Content-Type: application/vnd.acme.{alias}+json"));
    let answer = server.call("GET /shop/version", &headers, "").await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.problem_type(), "ambiguous-version");
}

#[tokio::test]
async fn one_bad_place_is_not_excused_by_a_good_one() {
    let server = serve(everywhere(), V1, while_all_live(), AfterSunset::Gone).await;
    for (target, headers, status, kind) in [
        ("/shop/version?api-version=junk", &["Api-Version: 2024-12-18"][..], 400, "invalid-version"),
        ("/shop/version?api-version=2024-12-18", &["Api-Version: junk"], 400, "invalid-version"),
        ("/shop/version", &["Api-Version: 2024-12-18", "X-Version: v2"], 400, "invalid-version"),
        ("/v2/shop/version", &["X-Version: "], 400, "invalid-version"),
        ("/shop/version?api-version=2023-12-31", &["Api-Version: 2024-12-18"], 400, ""),
        ("/v9/shop/version", &["Api-Version: 2024-12-18"], 404, ""),
    ] {
        let answer = server.get(target, headers).await;
        assert_eq!(answer.status, status, "{target} {headers:?} {answer:?}");
        if !kind.is_empty() {
            assert_eq!(answer.problem_type(), kind, "{target} {headers:?}");
        }
    }
}

#[tokio::test]
async fn an_explicit_version_beats_a_pin_and_a_pin_the_default() {
    for name in ["a pin", "a pin after the query"] {
        let place = PLACES.iter().find(|place| place.name == name).unwrap();
        let server = serve(place, V1, while_all_live(), AfterSunset::Gone).await;
        let explicit = |version: Version| match name {
            "a pin" => ("/shop/version".to_owned(), format!("Api-Version: {version}")),
            _ => (format!("/shop/version?api-version={version}"), "X-Nothing: 1".to_owned()),
        };
        for (pinned, version) in [(V1, V2), (V2, V1), (V1, V1)] {
            let (target, line) = explicit(version);
            let answer = server.get(&target, &[&line, &format!("X-Api-Key: {pinned}")]).await;
            assert_eq!((answer.status, answer.body), (200, version.to_string()), "{name}: no disagreement");
        }
    }
}
