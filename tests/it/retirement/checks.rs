//! A check that began with a version is needed as one of that version while older ones are served.

#![allow(clippy::trivially_copy_pass_by_ref, reason = "checks borrow what they check")]

use super::day;
use serde::Deserialize;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-07-01")]
    V1,
    #[version("2024-12-18", deprecated = "2025-09-30", sunset = "2026-07-01")]
    V2,
    #[version("2025-09-30")]
    V3,
}

#[versioned]
#[derive(Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(cents))]
    #[constrained(in = "2024-12-18", check = positive)]
    #[constrained(check = not_zero)]
    amount: i64,
}

fn positive(amount: &i64) -> Result<(), &'static str> {
    if *amount > 0 { Ok(()) } else { Err("must be positive") }
}

fn not_zero(amount: &i64) -> Result<(), &'static str> {
    if *amount == 0 { Err("must not be zero") } else { Ok(()) }
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
async fn pay(Versioned(payment): Versioned<Payment>) -> String {
    payment.amount.to_string()
}

#[test]
fn a_check_is_retired_as_a_change_without_a_shape() {
    let endpoints: Endpoints<Version, (), _> = endpoints![Version; pay];
    let retired = |on| {
        let items = endpoints.retirement(day(on)).items;
        let all: Vec<_> = items.iter().map(|item| item.to_string().replace(module_path!(), "")).collect();
        all.into_iter().filter(|item| item.contains("Payment")).collect::<Vec<_>>()
    };
    let check = "the change of `::Payment` in 2024-12-18: `cents` takes fewer values (since 2025-07-01)";
    assert_eq!(retired("2025-06-30"), [""; 0]);
    assert_eq!(retired("2025-07-01"), [check]);
    assert_eq!(
        retired("2026-07-01"),
        [
            "the shape of `::Payment` before 2025-09-30 (since 2026-07-01)",
            "the change of `::Payment` in 2025-09-30: `cents` was renamed to `amount` (since 2026-07-01)",
            check
        ]
    );
}
