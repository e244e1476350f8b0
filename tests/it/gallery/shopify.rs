//! Shopify, from its changelog, its release notes and what its guides say of them. A version is a month here, and its
//! first day.

use super::{both_ways, refused, sent, shown};
use crate::server::Server;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use steadfast::extract::Query;
use steadfast::{Api, ApiVersions, Header, Versioned, api_version, endpoints, get, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2019-04-01")]
    V2019_04,
    #[version("2019-07-01")]
    V2019_07,
    #[version("2022-04-01")]
    V2022_04,
    #[version("2022-07-01")]
    V2022_07,
}

/// Shopify, 2019-07, "Page-based pagination replaced by cursor-based pagination across multiple REST endpoints": the
/// number of a page and the size of pages say where it begins; newer clients may not send it.
#[versioned]
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[changed(
    in = "2019-07-01",
    was(limit: Option<u32>, page: Option<u32>),
    into(limit, page_info),
    upgrade = Paging::of_page
)]
struct Paging {
    limit: Option<u32>,
    page_info: Option<String>,
}

impl Paging {
    fn of_page(limit: Option<u32>, page: Option<u32>) -> Result<(Option<u32>, Option<String>), &'static str> {
        let before = page.map(|page| page.checked_sub(1).ok_or("pages begin with 1")).transpose()?;
        let offset = before.map(|before| format!("offset:{}", before * limit.unwrap_or(50)));
        Ok((limit, offset))
    }
}

#[get("/products.json")]
#[api_version(since = "2019-04-01")]
async fn products(Query(paging): Query<Paging>) -> String {
    format!("{:?} {}", paging.limit, paging.page_info.as_deref().unwrap_or("start"))
}

async fn server() -> Server {
    let api = Api::new(endpoints![Version; products, fulfill_order, fulfill]);
    Server::start(api.version_from(Header("X-Shopify-Api-Version").or_reject()).with_state(())).await
}

fn at(version: &str) -> String {
    format!("X-Shopify-Api-Version: {version}")
}

#[tokio::test]
async fn a_page_has_a_cursor() {
    let server = server().await;
    for (version, query, status, expected) in [
        ("2019-04-01", "?limit=20&page=3", 200, "Some(20) offset:40"),
        ("2019-04-01", "?page=3", 200, "None offset:100"),
        ("2019-04-01", "", 200, "None start"),
        ("2019-04-01", "?page=0", 400, "pages begin with 1"),
        ("2019-04-01", "?page_info=abc", 400, "unknown field"),
        ("2019-07-01", "?limit=20&page_info=abc", 200, "Some(20) abc"),
        ("2019-07-01", "?page=3", 400, "unknown field"),
    ] {
        let answer = server.get(&format!("/products.json{query}"), &[&at(version)]).await;
        assert_eq!(answer.status, status, "{version} {query}: {answer:?}");
        assert!(answer.body.contains(expected), "{version} {query}: {answer:?}");
    }
}

/// Shopify, 2019-10 (`shopify_api` 9.0.3): who still writes the `inventory_quantity` of a variant is refused; it is only
/// read. What older clients write arrives.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Variant {
    sku: String,
    #[changed(
        in = "2019-10-01",
        was(inventory_quantity: Option<i64>),
        upgrade = |quantity| quantity,
        downgrade = |quantity: &Option<i64>| *quantity
    )]
    #[serde(skip_deserializing)]
    inventory_quantity: Option<i64>,
}

#[test]
fn what_was_written_is_only_read() {
    let variant = |inventory_quantity| Variant { sku: "S".to_owned(), inventory_quantity };
    let text = r#"{"sku":"S","inventory_quantity":3}"#;
    both_ways(&variant(Some(3)), &[("2019-07-01", text)]);
    shown(&variant(Some(3)), &[("2019-10-01", text)]);
    sent(&[("2019-10-01", r#"{"sku":"S"}"#, variant(None))]);
    refused::<Variant>(&[("2019-10-01", text, "unknown field `inventory_quantity`, expected `sku`")]);
}

/// Shopify, 2021-07 and 2022-01, "Migrate metafields": `type` stands beside `value_type`, and then alone. Older clients
/// see the value type that a newer type maps to.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[added(in = "2021-07-01", into(r#type), default)]
struct Metafield {
    key: String,
    #[changed(
        in = "2022-01-01",
        was(value_type: Option<ValueType>, r#type: Option<FieldType>),
        upgrade = FieldType::of,
        downgrade = FieldType::both
    )]
    r#type: FieldType,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ValueType {
    String,
    Integer,
    JsonString,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FieldType {
    SingleLineTextField,
    NumberInteger,
    Json,
    Date,
}

impl FieldType {
    fn of(value: Option<ValueType>, field: Option<Self>) -> Result<Self, &'static str> {
        let old = value.map(|value| match value {
            ValueType::String => Self::SingleLineTextField,
            ValueType::Integer => Self::NumberInteger,
            ValueType::JsonString => Self::Json,
        });
        field.or(old).ok_or("a metafield needs a type")
    }

    fn both(&self) -> (Option<ValueType>, Option<Self>) {
        let value = match self {
            Self::SingleLineTextField | Self::Date => ValueType::String,
            Self::NumberInteger => ValueType::Integer,
            Self::Json => ValueType::JsonString,
        };
        (Some(value), Some(*self))
    }
}

#[test]
fn a_metafield_had_two_types_for_a_while() {
    let metafield = |r#type| Metafield { key: "k".to_owned(), r#type };
    both_ways(
        &metafield(FieldType::NumberInteger),
        &[
            ("2021-04-01", r#"{"key":"k","value_type":"integer"}"#),
            ("2021-07-01", r#"{"key":"k","value_type":"integer","type":"number_integer"}"#),
            ("2022-01-01", r#"{"key":"k","type":"number_integer"}"#),
        ],
    );
    let date = metafield(FieldType::Date);
    shown(&date, &[("2021-04-01", r#"{"key":"k","value_type":"string"}"#)]);
    both_ways(&date, &[("2021-07-01", r#"{"key":"k","value_type":"string","type":"date"}"#)]);
    sent(&[
        ("2021-07-01", r#"{"key":"k","value_type":"json_string"}"#, metafield(FieldType::Json)),
        ("2021-07-01", r#"{"key":"k","type":"date"}"#, metafield(FieldType::Date)),
    ]);
    refused::<Metafield>(&[
        ("2021-07-01", r#"{"key":"k"}"#, "a metafield needs a type"),
        ("2022-01-01", r#"{"key":"k","value_type":"integer"}"#, "missing field `type`"),
    ]);
}

/// Shopify, 2022-07, "Fulfillment endpoints removed from the REST Admin API": what belonged to one order is created at a
/// path of its own, which was there before.
#[post("/orders/{order_id}/fulfillments.json")]
#[api_version(since = "2019-04-01", until = "2022-07-01")]
async fn fulfill_order(Path(order): Path<u64>) -> String {
    format!("order {order}")
}

#[versioned]
#[derive(Deserialize, JsonSchema)]
struct Fulfillment {
    fulfillment_order_id: u64,
}

#[post("/fulfillments.json")]
#[api_version(since = "2022-04-01")]
async fn fulfill(Versioned(fulfillment): Versioned<Fulfillment>) -> String {
    format!("fulfillment order {}", fulfillment.fulfillment_order_id)
}

#[tokio::test]
async fn an_endpoint_is_gone_and_the_other_stays() {
    let server = server().await;
    for (version, path, status, expected) in [
        ("2019-07-01", "/orders/7/fulfillments.json", 200, "order 7"),
        ("2019-07-01", "/fulfillments.json", 404, "2019-07-01"),
        ("2022-04-01", "/orders/7/fulfillments.json", 200, "order 7"),
        ("2022-04-01", "/fulfillments.json", 200, "fulfillment order 8"),
        ("2022-07-01", "/orders/7/fulfillments.json", 404, "2022-07-01"),
        ("2022-07-01", "/fulfillments.json", 200, "fulfillment order 8"),
    ] {
        let headers = [at(version), "Content-Type: application/json".to_owned()];
        let answer = server.call(&format!("POST {path}"), &headers, r#"{"fulfillment_order_id":8}"#).await;
        assert_eq!(answer.status, status, "{version} {path}: {answer:?}");
        assert!(answer.body.contains(expected), "{version} {path}: {answer:?}");
    }
}

/// Shopify, 2022-07 (announced for 2022-04), "Property deprecations in the REST Admin API Order resource": the customer
/// inside of an order has no totals any more; elsewhere it keeps them. Older clients go on seeing them there.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Order {
    id: u64,
    #[changed(in = "2022-07-01", was(customer: Customer), upgrade = Buyer::of, downgrade = Buyer::customer)]
    customer: Buyer,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Customer {
    id: u64,
    orders_count: u64,
    total_spent: String,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Buyer {
    id: u64,
    #[serde(skip)]
    orders_count: u64,
    #[serde(skip)]
    total_spent: String,
}

impl Buyer {
    fn of(customer: Customer) -> Self {
        let Customer { id, orders_count, total_spent } = customer;
        Self { id, orders_count, total_spent }
    }

    fn customer(&self) -> Customer {
        Customer { id: self.id, orders_count: self.orders_count, total_spent: self.total_spent.clone() }
    }
}

#[test]
fn the_customer_of_an_order_has_no_totals() {
    let customer = Buyer { id: 2, orders_count: 3, total_spent: "9.00".to_owned() };
    let order = Order { id: 1, customer };
    both_ways(
        &order,
        &[("2022-04-01", r#"{"id":1,"customer":{"id":2,"orders_count":3,"total_spent":"9.00"}}"#)],
    );
    shown(&order, &[("2022-07-01", r#"{"id":1,"customer":{"id":2}}"#)]);
}

/// Shopify, 2024-01, "Removal of accepts marketing fields in Admin API customer resources": three fields are one object.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct MarketedCustomer {
    #[changed(
        in = "2024-01-01",
        was(
            accepts_marketing: bool,
            accepts_marketing_updated_at: Option<String>,
            marketing_opt_in_level: Option<String>
        ),
        upgrade = Consent::of,
        downgrade = Consent::flat,
        lossy = "older clients do not tell who never subscribed from who no longer does"
    )]
    email_marketing_consent: Consent,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Consent {
    state: ConsentState,
    opt_in_level: Option<String>,
    consent_updated_at: Option<String>,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ConsentState {
    Subscribed,
    NotSubscribed,
    Unsubscribed,
}

impl Consent {
    fn of(accepts: bool, consent_updated_at: Option<String>, opt_in_level: Option<String>) -> Self {
        let state = if accepts { ConsentState::Subscribed } else { ConsentState::NotSubscribed };
        Self { state, opt_in_level, consent_updated_at }
    }

    fn flat(&self) -> (bool, Option<String>, Option<String>) {
        let Self { state, opt_in_level, consent_updated_at } = self;
        (*state == ConsentState::Subscribed, consent_updated_at.clone(), opt_in_level.clone())
    }
}

#[test]
fn three_fields_are_a_consent() {
    let customer = |state, level: Option<&str>| MarketedCustomer {
        email_marketing_consent: Consent {
            state,
            opt_in_level: level.map(str::to_owned),
            consent_updated_at: Some("2023-12-05".to_owned()),
        },
    };
    both_ways(
        &customer(ConsentState::Subscribed, Some("single_opt_in")),
        &[
            (
                "2023-10-01",
                r#"{"accepts_marketing":true,"accepts_marketing_updated_at":"2023-12-05","marketing_opt_in_level":"single_opt_in"}"#,
            ),
            (
                "2024-01-01",
                r#"{"email_marketing_consent":{"state":"subscribed","opt_in_level":"single_opt_in","consent_updated_at":"2023-12-05"}}"#,
            ),
        ],
    );
    let old = r#"{"accepts_marketing":false,"accepts_marketing_updated_at":"2023-12-05","marketing_opt_in_level":null}"#;
    both_ways(&customer(ConsentState::NotSubscribed, None), &[("2023-10-01", old)]);
    shown(&customer(ConsentState::Unsubscribed, None), &[("2023-10-01", old)]);
}

/// Shopify, 2024-04 and 2024-07, "Deprecation of the `fulfillmentService.fulfillmentOrdersOptIn` field": first nobody
/// must send it, then nobody sees it. It is true for all.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[removed(in = "2024-07-01", was(fulfillment_orders_opt_in: Option<bool>), default = Some(true))]
#[changed(
    in = "2024-04-01",
    was(fulfillment_orders_opt_in: bool),
    into(fulfillment_orders_opt_in),
    upgrade = Some,
    downgrade = |opted: &Option<bool>| opted.unwrap_or(true)
)]
struct FulfillmentService {
    name: String,
}

#[test]
fn what_was_required_is_optional_and_then_gone() {
    let service = || FulfillmentService { name: "Mars".to_owned() };
    let opted = r#"{"name":"Mars","fulfillment_orders_opt_in":true}"#;
    both_ways(
        &service(),
        &[("2024-01-01", opted), ("2024-04-01", opted), ("2024-07-01", r#"{"name":"Mars"}"#)],
    );
    sent(&[("2024-04-01", r#"{"name":"Mars"}"#, service())]);
    refused::<FulfillmentService>(&[(
        "2024-01-01",
        r#"{"name":"Mars"}"#,
        "missing field `fulfillment_orders_opt_in`",
    )]);
}

/// Shopify, 2025-09-18, "Added support for dispute preventions": a new status for clients of every version. What comes
/// after it is read, too.
#[versioned(open = Other)]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DisputeStatus {
    Won,
    Lost,
    #[added(in = "2025-09-18")]
    Prevented,
    Other,
}

#[test]
fn everybody_sees_a_new_status() {
    for version in ["2025-07-01", "2025-09-18"] {
        both_ways(&DisputeStatus::Prevented, &[(version, r#""prevented""#)]);
        sent(&[(version, r#""accepted""#, DisputeStatus::Other)]);
    }
}

/// Shopify, 2026-04, "JSON metafield values limited to 128KB": what older versions write may be longer.
#[versioned]
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct NewJsonMetafield {
    #[changed(in = "2026-04-01", was(value: String), upgrade = |value| value)]
    #[serde(deserialize_with = "limited")]
    value: String,
}

const LIMIT: usize = 128 * 1024;

fn limited<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let value = String::deserialize(deserializer)?;
    let fits = value.len() <= LIMIT;
    fits.then_some(value).ok_or_else(|| serde::de::Error::custom("a JSON value has at most 128 KB"))
}

#[test]
fn a_limit_is_one_of_newer_versions() {
    let text = |length| serde_json::json!({ "value": "x".repeat(length) }).to_string();
    let field = |length| NewJsonMetafield { value: "x".repeat(length) };
    sent(&[("2026-01-01", &text(LIMIT + 1), field(LIMIT + 1)), ("2026-04-01", &text(LIMIT), field(LIMIT))]);
    refused::<NewJsonMetafield>(&[("2026-04-01", &text(LIMIT + 1), "a JSON value has at most 128 KB")]);
}
