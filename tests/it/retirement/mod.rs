//! What can be deleted once versions are past their sunset.

use crate::changelog::sample::{LongIds, RefundsSettle, endpoints};
use steadfast::changelog::Retired;
use steadfast::testing::nothing_to_retire;
use steadfast::{AfterSunset, Api, Date, SunsetCounter};

mod checks;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn retired(on: &str) -> Vec<String> {
    let endpoints = endpoints().gate::<LongIds>().gate::<RefundsSettle>();
    endpoints.retirement(day(on)).items.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_goes_before_the_first_sunset() {
    assert_eq!(retired("2025-06-30"), [""; 0]);
    assert_eq!(endpoints().retirement(day("2025-06-30")).to_string(), "nothing can be retired on 2025-06-30");
}

#[test]
fn what_one_version_needed_goes_with_it() {
    let sample = "steadfast_tests::changelog::sample".replace("steadfast_tests", env!("CARGO_CRATE_NAME"));
    assert_eq!(
        retired("2025-07-01"),
        [
            "the version 2024-01-15 (since 2025-07-01)".to_owned(),
            format!("the endpoint POST /refund, `{sample}::first::refund` (since 2025-07-01)"),
            format!("the endpoint GET /report, `{sample}::first::report` (since 2025-07-01)"),
            format!("the shape of `{sample}::Payment` before 2024-12-18 (since 2025-07-01)"),
            format!(
                "the change of `{sample}::Payment` in 2024-12-18: `amountCents` and `iso` became `amount` (since 2025-07-01)"
            ),
            format!(
                "the change of `{sample}::Payment` in 2024-12-18: `legacyRef` and `legacyCode` were removed (since 2025-07-01)"
            ),
            "the gate `RefundsSettle` of 2024-12-18 (since 2025-07-01)".to_owned(),
        ]
    );
}

#[test]
fn what_several_versions_needed_goes_with_the_last() {
    let items = endpoints().gate::<LongIds>().retirement(day("2026-07-01")).items;
    let long_ids = items.iter().find(|item| matches!(item.what, Retired::Gate { .. })).unwrap();
    assert_eq!(long_ids.since, Some(day("2026-07-01")));
    let gone: Vec<_> = items
        .iter()
        .filter_map(|item| match item.what {
            Retired::Endpoint { method, path, .. } => Some(format!("{method} {path}")),
            _ => None,
        })
        .collect();
    assert_eq!(gone, ["GET /payments/{id}", "POST /refund", "GET /report"]);
    // The version of 2025-09-30 has no sunset, and needs what changed after it.
    assert!(!retired("2030-01-01").iter().any(|item| item.contains("2026-12-01")));
}

#[test]
fn an_endpoint_with_a_sunset_of_its_own_goes_on_that_day() {
    let gone = |on| retired(on).iter().any(|item| item.starts_with("the endpoint POST /refunds"));
    assert_eq!(["2026-12-31", "2027-01-01"].map(gone), [false, true]);
}

#[test]
fn a_rehearsal_still_needs_everything() {
    let api = || Api::new(endpoints());
    assert!(!api().retirement(day("2026-07-01")).items.is_empty());
    let rehearsal = api().after_sunset(AfterSunset::DryRun(SunsetCounter::default()));
    assert!(rehearsal.retirement(day("2026-07-01")).items.is_empty());
}

#[test]
fn a_test_reminds_after_the_grace_period() {
    assert!(nothing_to_retire(&endpoints(), day("2025-07-31"), 30).is_ok());
    let overdue = nothing_to_retire(&endpoints(), day("2025-08-01"), 30).unwrap_err();
    assert_eq!(overdue.items().len(), 6);
    let text = overdue.to_string();
    assert!(text.starts_with("no version that is served has needed this for more than 30 days; delete:\n* the version 2024-01-15"), "{text}");
}
