use crate::gallery::{both_ways, refused, sent, shown};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, at, versioned};

/// Stripe, 2014-06-13, "Renames the `type` field on cards to `brand`".
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Card {
    #[renamed(in = "2014-06-13", was(r#type))]
    brand: String,
    last4: String,
}

fn visa() -> Card {
    Card { brand: "Visa".to_owned(), last4: "4242".to_owned() }
}

#[test]
fn the_type_of_a_card_is_its_brand() {
    both_ways(
        &visa(),
        &[
            ("2014-05-19", r#"{"type":"Visa","last4":"4242"}"#),
            ("2014-06-13", r#"{"brand":"Visa","last4":"4242"}"#),
        ],
    );
    refused::<Card>(&[("2014-06-13", r#"{"type":"Visa","last4":"4242"}"#, "missing field `brand`")]);
}

/// Stripe, 2014-06-17, "Invoices now include a sublist of refunds through the `refunds` field": the refunds of a charge
/// are a list with an address, no longer a plain array. The address is made of the charge's id.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[changed(
    in = "2014-06-17",
    was(id: String, refunds: Vec<Refund>),
    into(id, refunds),
    upgrade = Sublist::of_charge,
    downgrade = |id: &String, refunds: &Sublist<Refund>| (id.clone(), refunds.data.clone())
)]
struct RefundedCharge {
    id: String,
    refunds: Sublist<Refund>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Sublist<T> {
    data: Vec<T>,
    has_more: bool,
    url: String,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Refund {
    amount: i64,
}

impl Sublist<Refund> {
    fn of_charge(id: String, data: Vec<Refund>) -> (String, Self) {
        let url = format!("/v1/charges/{id}/refunds");
        (id, Self { data, has_more: false, url })
    }
}

#[test]
fn an_array_of_refunds_is_a_list_with_an_address() {
    let url = "/v1/charges/ch_1/refunds".to_owned();
    let refunds = Sublist { data: vec![Refund { amount: 5 }], has_more: false, url };
    both_ways(
        &RefundedCharge { id: "ch_1".to_owned(), refunds },
        &[
            ("2014-06-13", r#"{"id":"ch_1","refunds":[{"amount":5}]}"#),
            (
                "2014-06-17",
                r#"{"id":"ch_1","refunds":{"data":[{"amount":5}],"has_more":false,"url":"/v1/charges/ch_1/refunds"}}"#,
            ),
        ],
    );
}

/// Stripe, 2014-08-20, "Disputes now provide several new statuses".
#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DisputeStatus {
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    #[added(in = "2014-08-20", was(NeedsResponse))]
    WarningNeedsResponse,
    #[added(in = "2014-08-20", was(UnderReview))]
    WarningUnderReview,
    #[added(in = "2014-08-20", was(Won))]
    ChargeRefunded,
}

#[test]
fn older_clients_see_statuses_that_they_know() {
    for (status, old, new) in [
        (DisputeStatus::Lost, r#""lost""#, r#""lost""#),
        (DisputeStatus::WarningNeedsResponse, r#""needs_response""#, r#""warning_needs_response""#),
        (DisputeStatus::WarningUnderReview, r#""under_review""#, r#""warning_under_review""#),
        (DisputeStatus::ChargeRefunded, r#""won""#, r#""charge_refunded""#),
    ] {
        shown(&status, &[("2014-08-04", old)]);
        both_ways(&status, &[("2014-08-20", new)]);
    }
    refused::<DisputeStatus>(&[(
        "2014-08-04",
        r#""charge_refunded""#,
        "unknown variant `charge_refunded`, expected one of `needs_response`, `under_review`, `won`, `lost`",
    )]);
}

/// Stripe, 2014-11-20, "Disputes are now reported as won even if the charge is refunded": what was a status of its own
/// for three months is told by another field, which only the handler sees.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[changed(
    in = "2014-11-20",
    was(status: DisputeStatus),
    into(status, charge_refunded),
    upgrade = DisputeStatus::split,
    downgrade = DisputeStatus::join
)]
struct Dispute {
    status: DisputeStatus,
    #[serde(skip)]
    charge_refunded: bool,
}

impl DisputeStatus {
    fn split(self) -> (Self, bool) {
        if self == Self::ChargeRefunded { (Self::Won, true) } else { (self, false) }
    }

    fn join(&self, charge_refunded: &bool) -> Self {
        if *self == Self::Won && *charge_refunded { Self::ChargeRefunded } else { *self }
    }
}

#[test]
fn a_status_came_and_went() {
    let dispute = |status, charge_refunded| Dispute { status, charge_refunded };
    let refunded = dispute(DisputeStatus::Won, true);
    shown(&refunded, &[("2014-08-04", r#"{"status":"won"}"#), ("2014-11-20", r#"{"status":"won"}"#)]);
    both_ways(&refunded, &[("2014-08-20", r#"{"status":"charge_refunded"}"#)]);
    let text = r#"{"status":"won"}"#;
    both_ways(
        &dispute(DisputeStatus::Won, false),
        &[("2014-08-04", text), ("2014-08-20", text), ("2014-11-20", text)],
    );
    shown(&dispute(DisputeStatus::Lost, true), &[("2014-08-20", r#"{"status":"lost"}"#)]);
}

/// Stripe, 2015-02-18, "Charges now have a `source` field that accepts a source or card": it replaces `card`. Older
/// versions may send either, and are answered both.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct ChargeSource {
    amount: i64,
    #[changed(
        in = "2015-02-18",
        was(card: Option<String>, source: Option<String>),
        upgrade = |card: Option<String>, source: Option<String>| source.or(card).ok_or("a charge needs a card or a source"),
        downgrade = |source: &String| (Some(source.clone()), Some(source.clone()))
    )]
    source: String,
}

#[test]
fn a_card_is_a_source() {
    let charge = |source: &str| ChargeSource { amount: 5, source: source.to_owned() };
    both_ways(
        &charge("tok_1"),
        &[
            ("2015-02-16", r#"{"amount":5,"card":"tok_1","source":"tok_1"}"#),
            ("2015-02-18", r#"{"amount":5,"source":"tok_1"}"#),
        ],
    );
    sent(&[
        ("2015-02-16", r#"{"amount":5,"card":"tok_1"}"#, charge("tok_1")),
        ("2015-02-16", r#"{"amount":5,"source":"tok_2"}"#, charge("tok_2")),
    ]);
    refused::<ChargeSource>(&[
        ("2015-02-16", r#"{"amount":5}"#, "a charge needs a card or a source"),
        ("2015-02-18", r#"{"amount":5,"card":"tok_1"}"#, "missing field `source`"),
    ]);
}

#[derive(ApiVersions)]
enum Version {
    #[version("2014-01-31")]
    V2014_01_31,
    #[version("2014-06-13")]
    V2014_06_13,
    #[version("2017-05-25")]
    V2017_05_25,
}

/// Stripe, 2017-05-25, "The `request` field of the `Events` object now specifies both the request ID and idempotency
/// key": it was the ID alone. Events are rendered in the version of their webhook, and so is what they tell about.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Event {
    #[changed(
        in = "2017-05-25",
        was(request: Option<String>),
        upgrade = |id| Cause { id, idempotency_key: None },
        downgrade = |request: &Cause| request.id.clone(),
        lossy = "older events do not tell the idempotency key"
    )]
    request: Cause,
    object: Card,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Cause {
    id: Option<String>,
    idempotency_key: Option<String>,
}

#[test]
fn a_webhook_tells_its_request_in_the_version_of_the_subscriber() {
    let request = Cause { id: Some("req_1".to_owned()), idempotency_key: Some("k".to_owned()) };
    let event = Event { request, object: visa() };
    let send = |version| at(version, || serde_json::to_string(&event)).unwrap();
    assert_eq!(send(Version::V2014_01_31), r#"{"request":"req_1","object":{"type":"Visa","last4":"4242"}}"#);
    assert_eq!(send(Version::V2014_06_13), r#"{"request":"req_1","object":{"brand":"Visa","last4":"4242"}}"#);
    assert_eq!(
        send(Version::V2017_05_25),
        r#"{"request":{"id":"req_1","idempotency_key":"k"},"object":{"brand":"Visa","last4":"4242"}}"#
    );
    let automatic = Event { request: Cause { id: None, idempotency_key: None }, object: visa() };
    both_ways(
        &automatic,
        &[
            ("2014-01-31", r#"{"request":null,"object":{"type":"Visa","last4":"4242"}}"#),
            (
                "2017-05-25",
                r#"{"request":{"id":null,"idempotency_key":null},"object":{"brand":"Visa","last4":"4242"}}"#,
            ),
        ],
    );
}

/// Stripe, 2022-11-15, "Removes the `charges` attribute from the `PaymentIntent` object": the id of the latest charge
/// takes its place. What older clients still see is in the handler's value, and not in what newer ones see.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[changed(
    in = "2022-11-15",
    was(charges: Sublist<Charge>),
    into(latest_charge, charges),
    upgrade = |charges: Sublist<Charge>| (charges.data.first().map(|charge| charge.id.clone()), charges.data),
    downgrade = PaymentIntent::listed
)]
struct PaymentIntent {
    id: String,
    latest_charge: Option<String>,
    #[serde(skip)]
    charges: Vec<Charge>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Charge {
    id: String,
    amount: i64,
}

impl PaymentIntent {
    fn listed(_: &Option<String>, charges: &Vec<Charge>) -> Sublist<Charge> {
        Sublist { data: charges.clone(), has_more: false, url: "/v1/charges".to_owned() }
    }
}

#[test]
fn a_list_of_charges_is_the_latest_one() {
    let charges =
        [("ch_2", 7), ("ch_1", 5)].map(|(id, amount)| Charge { id: id.to_owned(), amount }).to_vec();
    let intent = PaymentIntent { id: "pi_1".to_owned(), latest_charge: Some("ch_2".to_owned()), charges };
    both_ways(
        &intent,
        &[(
            "2022-08-01",
            r#"{"id":"pi_1","charges":{"data":[{"id":"ch_2","amount":7},{"id":"ch_1","amount":5}],"has_more":false,"url":"/v1/charges"}}"#,
        )],
    );
    shown(&intent, &[("2022-11-15", r#"{"id":"pi_1","latest_charge":"ch_2"}"#)]);
}

/// Stripe, 2023-08-16, "Enables automatic payment methods by default for `PaymentIntents` and `SetupIntents`": who says
/// nothing in an older version takes cards only, as before.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewIntent {
    amount: i64,
    #[changed(
        in = "2023-08-16",
        was(#[serde(default)] automatic_payment_methods: Automatic),
        upgrade = |automatic| automatic,
        downgrade = |automatic: &Automatic| *automatic,
        lossless
    )]
    #[serde(default = "Automatic::enabled")]
    automatic_payment_methods: Automatic,
}

#[versioned]
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Automatic {
    enabled: bool,
}

impl Automatic {
    fn enabled() -> Self {
        Self { enabled: true }
    }
}

#[test]
fn who_says_nothing_keeps_the_default_of_its_version() {
    let intent = |enabled| NewIntent { amount: 5, automatic_payment_methods: Automatic { enabled } };
    sent(&[
        ("2022-11-15", r#"{"amount":5}"#, intent(false)),
        ("2023-08-16", r#"{"amount":5}"#, intent(true)),
    ]);
    for enabled in [false, true] {
        let text = format!(r#"{{"amount":5,"automatic_payment_methods":{{"enabled":{enabled}}}}}"#);
        both_ways(&intent(enabled), &[("2022-11-15", &text), ("2023-08-16", &text)]);
    }
}

/// Stripe, 2026-03-25 (Dahlia), "Updates Checkout Session UI mode enum values": three other names for the same modes.
#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum UiMode {
    #[renamed(in = "2026-03-25", was(Hosted))]
    HostedPage,
    #[renamed(in = "2026-03-25", was(Embedded))]
    EmbeddedPage,
    #[renamed(in = "2026-03-25", was(Custom))]
    Elements,
}

#[test]
fn the_modes_of_a_checkout_have_other_names() {
    for (mode, old, new) in [
        (UiMode::HostedPage, r#""hosted""#, r#""hosted_page""#),
        (UiMode::EmbeddedPage, r#""embedded""#, r#""embedded_page""#),
        (UiMode::Elements, r#""custom""#, r#""elements""#),
    ] {
        both_ways(&mode, &[("2025-09-30", old), ("2026-03-25", new)]);
    }
    refused::<UiMode>(&[(
        "2026-03-25",
        r#""custom""#,
        "unknown variant `custom`, expected one of `hosted_page`, `embedded_page`, `elements`",
    )]);
}
