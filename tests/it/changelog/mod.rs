//! The changelog of a small API, as a page and as data.
//!
//! `page.md` and `data.json` are compared with what the API says, and written anew with `STEADFAST_BLESS=1`.

mod moves;
pub(crate) mod sample;
mod shapes;

use sample::{LongIds, RefundsSettle, endpoints};
use std::path::Path;
use steadfast::changelog::EndpointChange;
use steadfast::{Api, Header};

fn golden(file: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/changelog").join(file);
    if std::env::var_os("STEADFAST_BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expected, actual, "STEADFAST_BLESS=1 writes {file}");
}

#[test]
fn the_page_of_an_api() {
    let changelog = endpoints().gate::<LongIds>().gate::<RefundsSettle>().changelog();
    golden("page.md", &changelog.to_markdown());
}

#[test]
fn the_data_of_an_api() {
    let changelog = endpoints().gate::<LongIds>().gate::<RefundsSettle>().changelog();
    golden("data.json", &(changelog.to_json() + "\n"));
}

#[test]
fn an_api_says_what_its_endpoints_say() {
    let api = Api::new(endpoints()).version_from(Header("Api-Version").or_reject()).gate::<LongIds>();
    assert_eq!(api.changelog(), endpoints().gate::<LongIds>().changelog());
}

#[test]
fn an_endpoint_comes_moves_goes_and_comes_back() {
    let changelog = endpoints().changelog();
    let of = |version: usize, path: &str| {
        let entry = changelog.versions[version].endpoints.iter().find(|entry| entry.path == path);
        entry.map(|entry| (entry.change, entry.to))
    };
    assert_eq!(of(3, "/payments"), Some((EndpointChange::Added, None)));
    assert_eq!(of(2, "/refund"), Some((EndpointChange::Moved, Some("/refunds"))));
    assert_eq!(of(2, "/report"), Some((EndpointChange::Removed, None)));
    assert_eq!(of(1, "/report"), Some((EndpointChange::Restored, None)));
    // Only its parameter has another name.
    assert_eq!(of(1, "/payments/{payment_id}"), Some((EndpointChange::Replaced, None)));
    // One that every version has belongs to none.
    assert!((0..4).all(|version| of(version, "/health").is_none()));
}

#[test]
fn a_type_has_no_past_where_its_endpoint_is_new() {
    let changelog = endpoints().changelog();
    let refunds: Vec<_> = changelog.versions.iter().flat_map(|version| &version.types).collect();
    let endpoints: Vec<_> = refunds.iter().filter(|entry| entry.name == "Receipt").collect();
    assert!(endpoints.is_empty(), "{endpoints:?}");
}

#[test]
fn a_type_that_another_holds_is_found() {
    let changelog = endpoints().changelog();
    let card = changelog.versions[0].types.iter().find(|entry| entry.name == "Card").unwrap();
    assert_eq!(card.text, "`expiry` became `expires`");
    assert_eq!((card.law, card.loss), (Some("lossy"), Some("the day is not kept")));
    assert_eq!(card.endpoints, ["POST /payments", "GET /payments/{payment_id}"]);
}
