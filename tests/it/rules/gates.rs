//! S35, S36: behaviour that depends on the version, and versions that do not come from a request.

use super::{Version, day, while_all_live};
use crate::server::Server;
use serde::Serialize;
use steadfast::{Api, ApiVersions, Change, Header, Versioned, api_version, endpoints, get, versioned};

#[derive(Change)]
#[change(Version, in = "2024-12-18", note = "Prices include the tax")]
struct TaxIncluded;

#[derive(Change)]
#[change(Version, in = "2025-07-01", note = "Prices are rounded")]
struct Rounded;

fn price() -> u32 {
    let price = if TaxIncluded.applies_here() { 119 } else { 100 };
    if Rounded.applies_here() { price / 10 * 10 } else { price }
}

#[get("/price")]
#[api_version(since = "2024-01-01")]
async fn a_price(version: Version) -> String {
    let before = price();
    tokio::task::yield_now().await;
    // What a version is asked for says the same, also after another request has run on this thread.
    assert_eq!((TaxIncluded.applies_here(), before), (TaxIncluded.applies(version), price()));
    before.to_string()
}

#[get("/neutral-price")]
async fn neutral_price() -> String {
    price().to_string()
}

#[get("/spawned-price")]
#[api_version(since = "2024-01-01")]
async fn spawned_price() -> String {
    tokio::spawn(async { price() }).await.unwrap().to_string()
}

#[tokio::test]
async fn s35_a_change_applies_from_its_version_and_wherever_no_version_is_served() {
    let app = Api::new(endpoints![Version; a_price, neutral_price, spawned_price])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    for (path, version, price) in [
        ("/price", "2024-01-01", "100"),
        ("/price", "2024-12-17", "100"),
        ("/price", "2024-12-18", "119"),
        ("/price", "2025-06-30", "119"),
        ("/price", "2025-07-01", "110"),
        ("/neutral-price", "2024-01-01", "110"),
        // A task of its own serves nobody.
        ("/spawned-price", "2024-01-01", "110"),
    ] {
        let answer = server.get(path, &[&format!("Api-Version: {version}")]).await;
        assert_eq!(answer.body, price, "{path} {version}");
    }
    assert_eq!(price(), 110);
    for (version, tax, rounded) in [
        (Version::V2024_01_01, false, false),
        (Version::V2024_12_18, true, false),
        (Version::V2025_07_01, true, true),
        (Version::V2026_12_01, true, true),
    ] {
        assert_eq!((TaxIncluded.applies(version), Rounded.applies(version)), (tax, rounded), "{version}");
    }
}

#[versioned]
#[derive(Serialize)]
struct Event {
    #[renamed(in = "2024-12-18", was(name))]
    title: &'static str,
}

#[get("/events")]
#[api_version(since = "2024-01-01")]
async fn send_events() -> Versioned<Vec<String>> {
    let event = Event { title: "paid" };
    let render = |version| steadfast::at(version, || serde_json::to_string(&event).unwrap());
    Versioned(Version::ALL.iter().copied().map(render).collect())
}

#[tokio::test]
async fn s36_an_event_has_the_version_of_its_subscription_not_of_the_request() {
    let app = Api::new(endpoints![Version; send_events])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    let (old, new) = (r#"{"name":"paid"}"#, r#"{"title":"paid"}"#);
    for version in ["2024-01-01", "2025-07-01"] {
        let answer = server.get("/events", &[&format!("Api-Version: {version}")]).await;
        let events: Vec<String> = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(events, [old, new, new, new], "{version}");
    }
    for (subscribed, version) in [
        ("2024-01-01", Some(Version::V2024_01_01)),
        ("2024-12-17", Some(Version::V2024_01_01)),
        ("2024-12-18", Some(Version::V2024_12_18)),
        ("2025-07-01", Some(Version::V2025_07_01)),
        // Earlier than the first is an error and not the oldest in silence.
        ("2023-12-31", None),
    ] {
        assert_eq!(Version::serving(day(subscribed)).ok(), version, "{subscribed}");
    }
}

#[test]
fn s36_what_was_before_an_event_comes_back() {
    let event = Event { title: "paid" };
    let show = || serde_json::to_string(&event).unwrap();
    let inside = steadfast::at(Version::V2024_01_01, || {
        let inner = steadfast::at(Version::V2025_07_01, show);
        (show(), inner, TaxIncluded.applies_here())
    });
    assert_eq!(inside, (r#"{"name":"paid"}"#.to_owned(), r#"{"title":"paid"}"#.to_owned(), false));
    assert_eq!(show(), r#"{"title":"paid"}"#);
}
