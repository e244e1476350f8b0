//! Twilio, from the changes of twilio-node, which name those of the API that they follow. Versions are the days of its
//! releases.

use super::{both_ways, refused, sent, shown};
use crate::server::Server;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use steadfast::extract::{Headers, Query};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{Api, ApiVersions, Header, api_version, endpoints, get, versioned};

async fn server() -> Server {
    let api = Api::new(endpoints![Version; factors, summary]).version_from(Header("Version").or_reject());
    Server::start(api.with_state(())).await
}

/// Twilio, 2020-04-01 (3.42.0, Supersim): the status `deactivated` is replaced by `inactive`, which was there before.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[removed(in = "2020-04-01", was(Deactivated), upgrade = SimStatus::Inactive)]
enum SimStatus {
    Active,
    Inactive,
}

#[test]
fn what_was_deactivated_is_inactive() {
    both_ways(&SimStatus::Inactive, &[("2020-03-18", r#""inactive""#), ("2020-04-01", r#""inactive""#)]);
    sent(&[
        ("2020-03-18", r#""deactivated""#, SimStatus::Inactive),
        ("2020-03-18", r#""active""#, SimStatus::Active),
    ]);
    refused::<SimStatus>(&[(
        "2020-04-01",
        r#""deactivated""#,
        "unknown variant `deactivated`, expected `active` or `inactive`",
    )]);
}

/// Twilio, 2020-10-14 (3.50.0, Verify): the parameter `binding` is an object, no longer a text that holds JSON.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewFactor {
    #[changed(
        in = "2020-10-14",
        was(binding: String),
        upgrade = |text: String| serde_json::from_str::<Binding>(&text),
        downgrade = |binding: &Binding| serde_json::to_string(binding).unwrap(),
        lossless
    )]
    binding: Binding,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Binding {
    alg: String,
    public_key: String,
}

#[test]
fn a_text_of_json_is_an_object() {
    let binding = Binding { alg: "ES256".to_owned(), public_key: "xxx".to_owned() };
    both_ways(
        &NewFactor { binding },
        &[
            ("2020-10-05", r#"{"binding":"{\"alg\":\"ES256\",\"public_key\":\"xxx\"}"}"#),
            ("2020-10-14", r#"{"binding":{"alg":"ES256","public_key":"xxx"}}"#),
        ],
    );
    refused::<NewFactor>(&[
        ("2020-10-05", r#"{"binding":"{\"alg\":\"ES256\"}"}"#, "missing field `public_key`"),
        ("2020-10-14", r#"{"binding":"{}"}"#, r#"invalid type: string "{}", expected struct Binding"#),
    ]);
}

laws!(
    NewFactor,
    (".{0,4}", ".{0,4}").prop_map(|(alg, public_key)| NewFactor { binding: Binding { alg, public_key } })
);

/// Twilio, 2020-05-27 (3.44.0, Authy): the header `twilio_authy_sandbox_mode` is `twilio_sandbox_mode`.
#[versioned]
#[derive(Deserialize, JsonSchema)]
struct Sandbox {
    #[renamed(in = "2020-05-27", was(twilio_authy_sandbox_mode))]
    twilio_sandbox_mode: Option<String>,
}

#[get("/v1/Factors")]
#[api_version(since = "2020-05-15")]
async fn factors(Headers(sandbox): Headers<Sandbox>) -> String {
    sandbox.twilio_sandbox_mode.unwrap_or_else(|| "none".to_owned())
}

#[tokio::test]
async fn a_header_has_another_name() {
    let server = server().await;
    let (old, new) = ("Twilio-Authy-Sandbox-Mode", "Twilio-Sandbox-Mode");
    for (version, header, seen) in [
        ("2020-05-15", old, "on"),
        ("2020-05-15", new, "none"),
        ("2020-05-27", old, "none"),
        ("2020-05-27", new, "on"),
    ] {
        let answer =
            server.get("/v1/Factors", &[&format!("Version: {version}"), &format!("{header}: on")]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, seen), "{version} {header}");
    }
}

/// Twilio, 2022-02-09 (3.74.0, Insights): in the summary of a participant `call_state` is `call_status`, and `whisper` is
/// gone.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct ParticipantSummary {
    #[renamed(in = "2022-02-09", was(call_state))]
    call_status: String,
    #[removed(in = "2022-02-09", was(whisper: Option<String>), default)]
    is_coach: bool,
}

#[test]
fn a_state_is_a_status_and_nobody_whispers() {
    both_ways(
        &ParticipantSummary { call_status: "answered".to_owned(), is_coach: true },
        &[
            ("2022-01-26", r#"{"call_state":"answered","whisper":null,"is_coach":true}"#),
            ("2022-02-09", r#"{"call_status":"answered","is_coach":true}"#),
        ],
    );
}

#[derive(ApiVersions)]
enum Version {
    #[version("2020-05-15")]
    V2020_05_15,
    #[version("2020-05-27")]
    V2020_05_27,
    #[version("2022-06-15")]
    V2022_06_15,
    #[version("2022-06-29")]
    V2022_06_29,
    #[version("2022-07-13")]
    V2022_07_13,
}

/// Twilio, 2022-06-29 (3.78.0, Verify) and 2022-07-13 (3.79.0): a parameter has another name, and two weeks later the
/// first one again.
#[versioned]
#[derive(Deserialize, JsonSchema)]
struct SummaryFilter {
    #[renamed(in = "2022-07-13", was(service_sid))]
    #[renamed(in = "2022-06-29", was(verify_service_sid))]
    verify_service_sid: String,
}

#[get("/v2/Attempts/Summary")]
#[api_version(since = "2022-06-15")]
async fn summary(Query(filter): Query<SummaryFilter>) -> String {
    filter.verify_service_sid
}

#[tokio::test]
async fn a_parameter_has_its_first_name_again() {
    let server = server().await;
    for (version, known, unknown) in [
        ("2022-06-15", "verify_service_sid", "service_sid"),
        ("2022-06-29", "service_sid", "verify_service_sid"),
        ("2022-07-13", "verify_service_sid", "service_sid"),
    ] {
        let header = format!("Version: {version}");
        let answer = server.get(&format!("/v2/Attempts/Summary?{known}=VA1"), &[&header]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "VA1"), "{version}");
        let answer = server.get(&format!("/v2/Attempts/Summary?{unknown}=VA1"), &[&header]).await;
        assert_eq!((answer.status, answer.problem()["parameter"].as_str()), (400, Some(known)), "{version}");
    }
}

/// Twilio, 2022-12-14 (3.84.0, Messaging): whoever creates a campaign must say its `message_flow`.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NewCampaign {
    description: String,
    #[changed(
        in = "2022-12-14",
        was(message_flow: Option<String>),
        upgrade = |flow: Option<String>| flow.unwrap_or_else(|| "not told".to_owned()),
        downgrade = |flow: &String| Some(flow.clone())
    )]
    message_flow: String,
}

#[test]
fn what_could_be_left_out_must_be_said() {
    let campaign = |flow: &str| NewCampaign { description: "News".to_owned(), message_flow: flow.to_owned() };
    let text = r#"{"description":"News","message_flow":"A form"}"#;
    both_ways(&campaign("A form"), &[("2022-11-30", text), ("2022-12-14", text)]);
    sent(&[("2022-11-30", r#"{"description":"News"}"#, campaign("not told"))]);
    refused::<NewCampaign>(&[("2022-12-14", r#"{"description":"News"}"#, "missing field `message_flow`")]);
}

/// Twilio, 2023-10-19 (4.19.0, TaskRouter): `task_queue_data` is an array, no longer a map by the queue's id.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct BulkStatistics {
    #[changed(
        in = "2023-10-19",
        was(#[opaque] task_queue_data: BTreeMap<String, Map<String, Value>>),
        upgrade = QueueData::listed,
        downgrade = QueueData::mapped,
        lossy = "a map has each queue once, in the order of ids"
    )]
    task_queue_data: Vec<QueueData>,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct QueueData {
    task_queue_sid: String,
    #[serde(flatten)]
    #[opaque]
    numbers: Map<String, Value>,
}

impl QueueData {
    fn listed(map: BTreeMap<String, Map<String, Value>>) -> Vec<Self> {
        map.into_iter().map(|(task_queue_sid, numbers)| Self { task_queue_sid, numbers }).collect()
    }

    fn mapped(list: &Vec<Self>) -> BTreeMap<String, Map<String, Value>> {
        list.iter().map(|data| (data.task_queue_sid.clone(), data.numbers.clone())).collect()
    }
}

#[test]
fn a_map_is_an_array() {
    let data = |sid: &str, tasks: u8| QueueData {
        task_queue_sid: sid.to_owned(),
        numbers: [("total_tasks".to_owned(), Value::from(tasks))].into_iter().collect(),
    };
    let map = r#"{"task_queue_data":{"WQ1":{"total_tasks":3},"WQ2":{"total_tasks":0}}}"#;
    both_ways(
        &BulkStatistics { task_queue_data: vec![data("WQ1", 3), data("WQ2", 0)] },
        &[
            ("2023-10-05", map),
            (
                "2023-10-19",
                r#"{"task_queue_data":[{"task_queue_sid":"WQ1","total_tasks":3},{"task_queue_sid":"WQ2","total_tasks":0}]}"#,
            ),
        ],
    );
    shown(&BulkStatistics { task_queue_data: vec![data("WQ2", 0), data("WQ1", 3)] }, &[("2023-10-05", map)]);
}

/// Twilio, 2024-09-05 (5.3.0, Numbers): `date_created` of a port-in request is a time, no longer a day. Wherever the type
/// stands it is a text.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Created(
    #[changed(
        in = "2024-09-05",
        was(String),
        upgrade = |day: String| day + "T00:00:00Z",
        downgrade = |time: &String| time.chars().take_while(|&letter| letter != 'T').collect(),
        lossy = "a day does not tell the time"
    )]
    String,
);

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct PortInRequest {
    date_created: Created,
}

#[test]
fn a_day_is_a_time() {
    let request = |time: &str| PortInRequest { date_created: Created(time.to_owned()) };
    both_ways(
        &request("2024-08-30T00:00:00Z"),
        &[
            ("2024-08-26", r#"{"date_created":"2024-08-30"}"#),
            ("2024-09-05", r#"{"date_created":"2024-08-30T00:00:00Z"}"#),
        ],
    );
    shown(&request("2024-08-30T17:45:00Z"), &[("2024-08-26", r#"{"date_created":"2024-08-30"}"#)]);
}
