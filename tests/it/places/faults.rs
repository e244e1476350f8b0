//! What a handler refuses is told in the names of the client.

use super::{V1, V2, V3, Version, at, server};
use crate::server::Server;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use steadfast::axum::Json;
use steadfast::http::StatusCode;
use steadfast::{Faults, Problem, Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[changed(in = "2024-12-18", was(name: String), into(first_name, last_name), upgrade = split, downgrade = join)]
struct Order {
    order_id: u8,
    #[renamed(in = "2025-07-01", was(lines))]
    #[renamed(in = "2024-12-18", was(items))]
    order_lines: Vec<Line>,
    #[serde(rename = "by/name")]
    #[renamed(in = "2024-12-18", was(groups))]
    by_name: BTreeMap<String, Vec<Option<Line>>>,
    first_name: String,
    last_name: String,
    #[added(in = "2025-07-01", default)]
    note: Note,
    #[renamed(in = "2025-07-01", was(b))]
    a: u8,
    #[renamed(in = "2025-07-01", was(a))]
    b: u8,
    #[serde(flatten)]
    ids: Ids,
    pair: Pair,
    only: Only,
    means: Vec<Means>,
    #[serde(default)]
    parent: Option<Box<Order>>,
    #[removed(in = "2025-07-01", was(legacy: u8), default)]
    page: Page,
}

fn split(name: String) -> (String, String) {
    let (first, last) = name.split_once(' ').unwrap_or_default();
    (first.to_owned(), last.to_owned())
}

fn join(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Line {
    sku: String,
    #[changed(
        in = "2024-12-18",
        was(#[serde(rename = "cents/~")] cents: i64, currency: String),
        upgrade = Money::new,
        downgrade = Money::parts
    )]
    amount: Money,
    #[changed(in = "2025-07-01", was(discount: u8), upgrade = |value| Discount { value }, downgrade = |discount: &Discount| discount.value)]
    discount: Discount,
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn new(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    fn parts(&self) -> (i64, String) {
        (self.value, self.currency.clone())
    }
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Discount {
    value: u8,
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Note {
    text: String,
}

/// Whose fields stand among those of what holds it.
#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Ids {
    #[renamed(in = "2025-07-01", was(customer))]
    customer_id: String,
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Pair(Line, #[added(in = "2025-07-01", default)] Line);

/// What is in it.
#[versioned]
#[derive(Default, Serialize, Deserialize)]
struct Only(
    #[changed(in = "2024-12-18", was(String), upgrade = |text| Note { text }, downgrade = |note: &Note| note.text.clone())]
     Note,
);

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Means {
    #[renamed(in = "2024-12-18", was(Cash))]
    Coins,
    Card(Line),
    Bank {
        last_line: Line,
        iban: String,
    },
    Tagged(Tagged),
    OneTagged(OneTagged),
    Beside(Beside),
    #[added(in = "2025-07-01", was(Coins))]
    Later {
        line: Line,
    },
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Plain {
    A,
}

/// Nothing says which of the variants a place is in.
#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Line(Line),
    Other { sku: String, amount: u8, plain: Plain },
    Unknown,
}

#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum OneTagged {
    Line(Line),
    Unknown,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", content = "content")]
#[retagged(in = "2024-12-18", was(external))]
enum Beside {
    Line(Line),
}

#[versioned]
#[derive(Default, Serialize, Deserialize)]
#[replaced(in = "2024-12-18", was(Vec<Line>), upgrade = Page::of, downgrade = Page::lines)]
struct Page {
    data: Vec<Line>,
}

impl Page {
    fn of(data: Vec<Line>) -> Self {
        Self { data }
    }

    fn lines(&self) -> Vec<Line> {
        self.data.iter().map(|_| Line::default()).collect()
    }
}

fn order() -> Order {
    let line = Line::default;
    let means = vec![
        Means::Coins,
        Means::Card(line()),
        Means::Bank { last_line: line(), iban: String::new() },
        Means::Tagged(Tagged::Line(line())),
        Means::Tagged(Tagged::Other { sku: String::new(), amount: 1, plain: Plain::A }),
        Means::OneTagged(OneTagged::Line(line())),
        Means::Beside(Beside::Line(line())),
        Means::Later { line: line() },
    ];
    let by_name = BTreeMap::from([("a/b".to_owned(), vec![None, Some(line())])]);
    let page = Page { data: vec![line()] };
    let parent = Some(Box::new(Order { order_lines: vec![line()], ..Order::default() }));
    Order { order_lines: vec![line(), line()], by_name, means, page, parent, ..Order::default() }
}

#[get("/orders")]
#[api_version(since = "2024-01-01")]
async fn show() -> Versioned<Order> {
    Versioned(order())
}

#[post("/faults")]
#[api_version(since = "2024-01-01")]
async fn refuse(Json(places): Json<Vec<String>>) -> Result<StatusCode, Problem> {
    let faults =
        places.iter().fold(Faults::of::<Order>(), |faults, place| faults.at(place, format!("at {place}")));
    faults.into_result()?;
    Ok(StatusCode::NO_CONTENT)
}

#[post("/lists")]
#[api_version(since = "2024-01-01")]
async fn refuse_list(Json(places): Json<Vec<String>>) -> Faults {
    places.iter().fold(Faults::of::<Vec<Line>>(), |faults, place| faults.at(place, "no"))
}

#[post("/elsewhere")]
#[api_version(since = "2024-01-01")]
async fn refuse_elsewhere() -> Problem {
    let faults = Faults::of::<Order>().at("orderLines[0].amount.value", "no");
    let problem = Problem::new(StatusCode::FORBIDDEN, "https://example.com/limit", "Over the limit");
    tokio::spawn(async { faults.extend(problem) }).await.unwrap()
}

#[post("/neutral")]
#[api_version(neutral)]
async fn neutral() -> Problem {
    Faults::of::<Order>().at("/orderLines/0/amount/value", "no").into()
}

async fn started() -> Server {
    server(endpoints![Version; show, refuse, refuse_list, refuse_elsewhere, neutral]).await
}

/// Where a version is told that the places are.
async fn told(server: &Server, path: &str, version: &str, places: &[&str]) -> Vec<String> {
    let headers = [at(version), "Content-Type: application/json".to_owned()];
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let answer = server.post(path, &headers, &json!(places).to_string()).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (422, "refused-values"), "{answer:?}");
    let problem = answer.problem();
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_version_is_told_its_own_names() {
    let server = started().await;
    for (head, v2, v1) in [
        ("", "", ""),
        ("/orderId", "/orderId", "/orderId"),
        ("/orderLines", "/lines", "/items"),
        ("/orderLines/1/sku", "/lines/1/sku", "/items/1/sku"),
        ("/orderLines/1/amount/value", "/lines/1/amount/value", "/items/1/cents~1~0"),
        ("/orderLines/1/amount/currency", "/lines/1/amount/currency", "/items/1/currency"),
        ("/orderLines/1/discount/value", "/lines/1/discount", "/items/1/discount"),
        ("/by~1name/a~1b/1/amount", "/by~1name/a~1b/1/amount", "/groups/a~1b/1/cents~1~0"),
        ("/firstName", "/firstName", "/name"),
        ("/lastName", "/lastName", "/name"),
        ("/note/text", "", ""),
        ("/a", "/b", "/b"),
        ("/b", "/a", "/a"),
        ("/customer_id", "/customer", "/customer"),
        ("/pair/0/amount/value", "/pair/amount/value", "/pair/cents~1~0"),
        ("/pair/1/amount/value", "/pair", "/pair"),
        ("/only/text", "/only/text", "/only"),
        ("/means/1/card/amount/value", "/means/1/card/amount/value", "/means/1/card/cents~1~0"),
        (
            "/means/2/bank/last_line/amount",
            "/means/2/bank/last_line/amount",
            "/means/2/bank/last_line/cents~1~0",
        ),
        ("/means/2/bank/iban", "/means/2/bank/iban", "/means/2/bank/iban"),
        ("/means/3/tagged/sku", "/means/3/tagged/sku", "/means/3/tagged/sku"),
        ("/means/3/tagged/amount", "/means/3/tagged/amount", "/means/3/tagged"),
        (
            "/means/5/one_tagged/amount/value",
            "/means/5/one_tagged/amount/value",
            "/means/5/one_tagged/cents~1~0",
        ),
        ("/means/6/beside/content/amount", "/means/6/beside/content/amount", "/means/6/beside"),
        ("/means/7/later/line/amount", "/means/7", "/means/7"),
        ("/parent/orderLines/0/amount/value", "/parent/lines/0/amount/value", "/parent/items/0/cents~1~0"),
        ("/page/data/0/sku", "/page/data/0/sku", "/page"),
        ("/unknown/1", "/unknown/1", "/unknown/1"),
    ] {
        for (version, expected) in [(V3, head), (V2, v2), (V1, v1)] {
            assert_eq!(told(&server, "/faults", version, &[head]).await, [expected], "{version} {head}");
        }
    }
}

/// Every place of the newest shape.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    let name = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| places(value, &name(key), into)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| places(value, &name(&i.to_string()), into));
        }
        _ => {}
    }
}

#[tokio::test]
async fn whatever_is_told_is_there() {
    let server = started().await;
    let mut all = Vec::new();
    places(&serde_json::to_value(order()).unwrap(), "", &mut all);
    assert!(all.len() > 80, "{all:?}");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    for version in [V1, V2, V3] {
        let shown: Value = serde_json::from_str(&server.get("/orders", &[&at(version)]).await.body).unwrap();
        let told = told(&server, "/faults", version, &all).await;
        assert_eq!(told.len(), all.len());
        for (place, told) in std::iter::zip(&all, &told) {
            assert!(shown.pointer(told).is_some(), "{version}: {place} is told as {told}, in {shown}");
            assert!(version != V3 || place == told);
        }
    }
}

#[tokio::test]
async fn a_place_may_be_written_as_validators_do() {
    let server = started().await;
    let places = ["orderLines[1].amount.value", "note", "[0]"];
    assert_eq!(told(&server, "/faults", V3, &places).await, ["/orderLines/1/amount/value", "/note", "/0"]);
    assert_eq!(told(&server, "/faults", V1, &places).await, ["/items/1/cents~1~0", "", "/0"]);
    assert_eq!(told(&server, "/lists", V1, &["[2].amount", "/7"]).await, ["/2/cents~1~0", "/7"]);
}

#[tokio::test]
async fn faults_are_a_problem_wherever_they_are_made() {
    let server = started().await;
    let json = "Content-Type: application/json";
    let answer = server.post("/faults", &[&at(V2), json], r#"["/note","/a"]"#).await;
    let expected = json!({
        "type": "urn:steadfast:problem:refused-values",
        "title": "Body has values that are refused",
        "status": 422,
        "retryable": false,
        "errors": [{ "pointer": "", "detail": "at /note" }, { "pointer": "/b", "detail": "at /a" }],
    });
    assert_eq!(answer.problem(), expected);
    assert_eq!(server.post("/faults", &[&at(V2), json], "[]").await.status, 204);

    let answer = server.post("/elsewhere", &[&at(V1)], "").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.problem()["type"], "https://example.com/limit");
    assert_eq!(answer.problem()["errors"], json!([{ "pointer": "/items/0/cents~1~0", "detail": "no" }]));

    let answer = server.post("/neutral", &[&at(V1)], "").await;
    assert_eq!(answer.problem()["errors"][0]["pointer"], "/orderLines/0/amount/value");
}
