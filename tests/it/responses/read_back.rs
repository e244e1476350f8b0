//! The committed heads, read by crates that others wrote.

use super::committed;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The header lines of the answer in a file.
fn answered(text: &str) -> Vec<(&str, &str)> {
    let (_, head) = text.split_once("\n\n").unwrap();
    head.lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect()
}

fn deprecation(value: &str) -> SystemTime {
    let item = sfv::Parser::new(value).parse::<sfv::Item>().unwrap();
    let sfv::BareItem::Date(date) = item.bare_item else { panic!("{value} is no date of RFC 9651") };
    assert!(item.params.is_empty(), "{value} has parameters");
    UNIX_EPOCH + Duration::from_secs(i64::from(date.unix_seconds()).try_into().unwrap())
}

#[test]
fn every_date_is_one_and_no_sunset_is_before_its_deprecation() {
    let (mut deprecations, mut sunsets, mut others) = (0, 0, 0);
    for (name, text) in committed() {
        let mut days = [None, None];
        for (header, value) in answered(&text) {
            match header {
                "deprecation" => {
                    deprecations += 1;
                    assert!(days[0].replace(deprecation(value)).is_none(), "{name}: twice");
                }
                "sunset" | "last-modified" | "expires" | "date" => {
                    let at = httpdate::parse_http_date(value).unwrap_or_else(|_| panic!("{name}: {value}"));
                    // Written back it is the same: the weekday is that of the day, and the form the preferred one.
                    assert_eq!(httpdate::fmt_http_date(at), value, "{name}");
                    if header == "sunset" {
                        sunsets += 1;
                        assert!(days[1].replace(at).is_none(), "{name}: twice");
                    } else {
                        others += 1;
                    }
                }
                "retry-after" => {
                    assert!((1..=3600).contains(&value.parse::<u32>().unwrap()), "{name}: {value}");
                }
                _ => {}
            }
        }
        if let [Some(deprecated), Some(sunset)] = days {
            assert!(deprecated <= sunset, "{name}");
        }
        assert!(days[1].is_none() || days[0].is_some(), "{name}: a sunset without a deprecation");
    }
    assert!(deprecations >= 8 && sunsets >= 8 && others >= 8, "{deprecations} {sunsets} {others}");
}

#[test]
fn every_link_has_a_target_in_brackets_and_known_relations() {
    let mut found = 0;
    for (name, text) in committed() {
        for (_, value) in answered(&text).into_iter().filter(|(header, _)| *header == "link") {
            for link in value.split(", <").map(|link| link.trim_start_matches('<')) {
                let (target, parameters) =
                    link.split_once(">; ").unwrap_or_else(|| panic!("{name}: {value}"));
                assert!(target.starts_with('/') || target.starts_with("https://"), "{name}: {value}");
                let relations = parameters.split_once("rel=\"").unwrap().1.split('"').next().unwrap();
                for relation in relations.split(' ') {
                    found += 1;
                    assert!(
                        [
                            "deprecation",
                            "sunset",
                            "successor-version",
                            "latest-version",
                            "predecessor-version"
                        ]
                        .contains(&relation),
                        "{name}: {relation}"
                    );
                }
            }
        }
    }
    assert!(found >= 20, "{found}");
}

#[test]
fn every_answer_says_what_a_cache_must_know() {
    let mut checked = 0;
    for (name, text) in committed() {
        let headers = answered(&text);
        let has = |header: &str| headers.iter().any(|(other, _)| *other == header);
        let status: u16 = text.split("\n\nHTTP/1.1 ").nth(1).unwrap()[..3].parse().unwrap();
        let is_keepable = !headers.contains(&("cache-control", "no-store"));
        // By path the URL says it all.
        if !name.starts_with("path") {
            assert!(has("vary"), "{name}");
        }
        // A version was served, or nobody may keep the answer; 404 outside of every version names no resource.
        if has("api-version") || (status, name.as_str()) == (404, "path-unknown") {
            checked += 1;
        } else {
            assert!(!is_keepable, "{name} could be kept");
        }
        assert!(!has("warning"), "{name}");
    }
    assert!(checked >= 20, "{checked}");
}
