use crate::gallery::{both_ways, refused, sent, shown};
use crate::server::Server;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::http::StatusCode;
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{Api, ApiVersions, Header, Problem, Versioned, api_version, endpoints, get, versioned};

/// Stripe, 2018-08-23, "Renames the `amount` field for plan tiers to `unit_amount`": inside of a list inside of a plan.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Plan {
    amount: Option<i64>,
    tiers: Vec<Tier>,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Tier {
    #[renamed(in = "2018-08-23", was(amount))]
    unit_amount: i64,
    up_to: Option<u64>,
}

#[test]
fn the_amount_of_a_tier_is_one_of_a_unit() {
    both_ways(
        &Plan {
            amount: None,
            tiers: vec![Tier { unit_amount: 9, up_to: Some(5) }, Tier { unit_amount: 7, up_to: None }],
        },
        &[
            ("2018-07-27", r#"{"amount":null,"tiers":[{"amount":9,"up_to":5},{"amount":7,"up_to":null}]}"#),
            (
                "2018-08-23",
                r#"{"amount":null,"tiers":[{"unit_amount":9,"up_to":5},{"unit_amount":7,"up_to":null}]}"#,
            ),
        ],
    );
}

/// Stripe, 2018-11-08, "Replaces the `forgiven` field with a new `uncollectible` status for invoices": the status is made
/// of the flag and of another one, which stays.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[changed(
    in = "2018-11-08",
    was(paid: bool, forgiven: bool),
    into(paid, status),
    upgrade = InvoiceStatus::of,
    downgrade = |paid: &bool, status: &InvoiceStatus| (*paid, *status == InvoiceStatus::Uncollectible),
    lossy = "older invoices do not tell a draft from an open invoice"
)]
struct Invoice {
    paid: bool,
    status: InvoiceStatus,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum InvoiceStatus {
    Draft,
    Open,
    Paid,
    Uncollectible,
}

impl InvoiceStatus {
    fn of(paid: bool, forgiven: bool) -> Result<(bool, Self), &'static str> {
        match (paid, forgiven) {
            (true, true) => Err("an invoice is paid or forgiven, not both"),
            (true, false) => Ok((paid, Self::Paid)),
            (false, true) => Ok((paid, Self::Uncollectible)),
            (false, false) => Ok((paid, Self::Open)),
        }
    }
}

#[test]
fn a_flag_of_an_invoice_is_one_of_its_statuses() {
    let invoice = |status| Invoice { paid: status == InvoiceStatus::Paid, status };
    for (status, old, new) in [
        (InvoiceStatus::Open, r#"{"paid":false,"forgiven":false}"#, r#"{"paid":false,"status":"open"}"#),
        (InvoiceStatus::Paid, r#"{"paid":true,"forgiven":false}"#, r#"{"paid":true,"status":"paid"}"#),
        (
            InvoiceStatus::Uncollectible,
            r#"{"paid":false,"forgiven":true}"#,
            r#"{"paid":false,"status":"uncollectible"}"#,
        ),
    ] {
        both_ways(&invoice(status), &[("2018-10-31", old), ("2018-11-08", new)]);
    }
    shown(&invoice(InvoiceStatus::Draft), &[("2018-10-31", r#"{"paid":false,"forgiven":false}"#)]);
    refused::<Invoice>(&[(
        "2018-10-31",
        r#"{"paid":true,"forgiven":true}"#,
        "an invoice is paid or forgiven, not both",
    )]);
}

#[derive(ApiVersions)]
enum Version {
    #[version("2018-10-31")]
    V2018_10_31,
    #[version("2018-11-08")]
    V2018_11_08,
}

/// Stripe, 2018-11-08, "Renames an invoice error code to `invoice_already_finalized`".
#[versioned]
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ErrorCode {
    #[renamed(in = "2018-11-08", was(ImmutableFrozenInvoice))]
    InvoiceAlreadyFinalized,
}

#[versioned]
#[derive(Serialize)]
struct Refusal {
    code: ErrorCode,
}

#[get("/invoices/in_1/pay")]
#[api_version(since = "2018-10-31")]
async fn pay_invoice() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "https://example.com/invoice", "The invoice is finalized")
        .extend(Versioned(Refusal { code: ErrorCode::InvoiceAlreadyFinalized }))
}

#[tokio::test]
async fn an_error_has_the_code_of_its_version() {
    let api = Api::new(endpoints![Version; pay_invoice]).version_from(Header("Stripe-Version").or_reject());
    let server = Server::start(api.with_state(())).await;
    for (version, code) in
        [("2018-10-31", "immutable_frozen_invoice"), ("2018-11-08", "invoice_already_finalized")]
    {
        let answer = server.get("/invoices/in_1/pay", &[&format!("Stripe-Version: {version}")]).await;
        assert_eq!((answer.status, answer.problem()["code"].as_str()), (400, Some(code)), "{version}");
    }
}

/// Stripe, 2025-03-31 (Basil), "Removes coupon and promotion code parameters with stackable discounts": two optional
/// parameters are a list.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewSubscription {
    #[changed(
        in = "2025-03-31",
        was(coupon: Option<String>, promotion_code: Option<String>),
        upgrade = discounts,
        downgrade = singular,
        lossy = "older clients know one coupon and one promotion code"
    )]
    #[serde(default)]
    discounts: Vec<Discount>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Discount {
    Coupon(String),
    PromotionCode(String),
}

fn discounts(coupon: Option<String>, promotion_code: Option<String>) -> Vec<Discount> {
    coupon.map(Discount::Coupon).into_iter().chain(promotion_code.map(Discount::PromotionCode)).collect()
}

fn singular(discounts: &Vec<Discount>) -> (Option<String>, Option<String>) {
    let coupon = discounts.iter().find_map(|discount| match discount {
        Discount::Coupon(id) => Some(id.clone()),
        Discount::PromotionCode(_) => None,
    });
    let code = discounts.iter().find_map(|discount| match discount {
        Discount::PromotionCode(id) => Some(id.clone()),
        Discount::Coupon(_) => None,
    });
    (coupon, code)
}

#[test]
fn a_coupon_and_a_code_are_discounts() {
    let (coupon, code) =
        (Discount::Coupon("25OFF".to_owned()), Discount::PromotionCode("promo_1".to_owned()));
    both_ways(
        &NewSubscription { discounts: vec![coupon.clone(), code] },
        &[
            ("2025-02-24", r#"{"coupon":"25OFF","promotion_code":"promo_1"}"#),
            ("2025-03-31", r#"{"discounts":[{"coupon":"25OFF"},{"promotion_code":"promo_1"}]}"#),
        ],
    );
    sent(&[
        ("2025-02-24", r#"{"coupon":"25OFF"}"#, NewSubscription { discounts: vec![coupon] }),
        ("2025-02-24", "{}", NewSubscription { discounts: vec![] }),
        ("2025-03-31", "{}", NewSubscription { discounts: vec![] }),
    ]);
}

/// Stripe, 2025-03-31 (Basil), "Adds subscription item-level billing periods and removes subscription-level periods":
/// two fields of the subscription are in each of its items, which older clients see without them.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Subscription {
    id: String,
    #[changed(
        in = "2025-03-31",
        was(current_period_start: u64, current_period_end: u64, items: Vec<Item>),
        upgrade = Item::all_of,
        downgrade = Item::common,
        lossy = "older clients see one period for all items"
    )]
    items: Vec<Item>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Item {
    price: String,
    #[added(in = "2025-03-31", default)]
    current_period_start: u64,
    #[added(in = "2025-03-31", default)]
    current_period_end: u64,
}

impl Item {
    fn all_of(current_period_start: u64, current_period_end: u64, items: Vec<Self>) -> Vec<Self> {
        let period = |item: Self| Self { current_period_start, current_period_end, ..item };
        items.into_iter().map(period).collect()
    }

    fn common(items: &Vec<Self>) -> (u64, u64, Vec<Self>) {
        let start = items.iter().map(|item| item.current_period_start).min();
        let end = items.iter().map(|item| item.current_period_end).max();
        (start.unwrap_or(0), end.unwrap_or(0), items.clone())
    }
}

#[test]
fn the_period_of_a_subscription_is_one_of_its_items() {
    let item = |price: &str, start, end| Item {
        price: price.to_owned(),
        current_period_start: start,
        current_period_end: end,
    };
    let subscription = |items| Subscription { id: "sub_1".to_owned(), items };
    both_ways(
        &subscription(vec![item("a", 10, 20), item("b", 10, 20)]),
        &[
            (
                "2025-02-24",
                r#"{"id":"sub_1","current_period_start":10,"current_period_end":20,"items":[{"price":"a"},{"price":"b"}]}"#,
            ),
            (
                "2025-03-31",
                r#"{"id":"sub_1","items":[{"price":"a","current_period_start":10,"current_period_end":20},{"price":"b","current_period_start":10,"current_period_end":20}]}"#,
            ),
        ],
    );
    shown(
        &subscription(vec![item("a", 10, 20), item("b", 15, 45)]),
        &[(
            "2025-02-24",
            r#"{"id":"sub_1","current_period_start":10,"current_period_end":45,"items":[{"price":"a"},{"price":"b"}]}"#,
        )],
    );
}

/// Stripe, 2025-09-30 (Clover), "Promotion Codes now reference Coupons using a polymorphic field for promotions": a
/// text is an object that says of which type it is.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewPromotionCode {
    code: String,
    #[changed(
        in = "2025-09-30",
        was(coupon: String),
        upgrade = |coupon| Promotion::Coupon { coupon },
        downgrade = |Promotion::Coupon { coupon }: &Promotion| coupon.clone(),
        lossless
    )]
    promotion: Promotion,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Promotion {
    Coupon { coupon: String },
}

#[test]
fn a_coupon_is_a_promotion() {
    let promotion = Promotion::Coupon { coupon: "25OFF".to_owned() };
    both_ways(
        &NewPromotionCode { code: "WELCOME".to_owned(), promotion },
        &[
            ("2025-08-27", r#"{"code":"WELCOME","coupon":"25OFF"}"#),
            ("2025-09-30", r#"{"code":"WELCOME","promotion":{"type":"coupon","coupon":"25OFF"}}"#),
        ],
    );
}

laws!(
    NewPromotionCode,
    ("[A-Z]{0,4}", "[A-Z]{0,4}")
        .prop_map(|(code, coupon)| NewPromotionCode { code, promotion: Promotion::Coupon { coupon } })
);

/// Stripe, 2025-06-30 (preview), "Consolidates billing mode configuration across Billing products": a word is an object
/// with a type.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[retagged(in = "2025-06-30", was(external))]
enum BillingMode {
    Classic,
    Flexible,
}

#[test]
fn a_mode_is_an_object_with_a_type() {
    for (mode, old, new) in [
        (BillingMode::Classic, r#""classic""#, r#"{"type":"classic"}"#),
        (BillingMode::Flexible, r#""flexible""#, r#"{"type":"flexible"}"#),
    ] {
        both_ways(&mode, &[("2025-05-28", old), ("2025-06-30", new)]);
    }
    refused::<BillingMode>(&[(
        "2025-06-30",
        r#""classic""#,
        "invalid type: string \"classic\", expected internally tagged enum BillingMode",
    )]);
}
