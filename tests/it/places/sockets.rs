use super::{Filter, V1, V2, V3, Version, at, filter, server};
use crate::server::Server;
use axum::Router;
use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use steadfast::http::StatusCode;
use steadfast::socket::{Error, Typed, Upgrade, Upgraded};
use steadfast::{Problem, Versioned, api_version, endpoints, get, versioned};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Bytes, Message};

#[versioned]
#[derive(Serialize)]
struct Told {
    #[renamed(in = "2025-07-01", was(heard))]
    #[opaque]
    seen: Value,
    ok: bool,
}

#[get("/socket")]
#[api_version(since = "2024-01-01", opaque)]
async fn socket(upgrade: Upgrade<Filter, Told>) -> Upgraded {
    upgrade.configure(|upgrade| upgrade.protocols(["filters"])).on_upgrade(answer)
}

async fn answer(mut socket: Typed<Filter, Told>) {
    while let Some(received) = socket.recv().await {
        let told = match received {
            Ok(filter) if filter.customer_id == "close" => return socket.close(None).await.unwrap(),
            // A handler that stores what it heard stores the head.
            Ok(filter) => {
                Told { seen: steadfast::stored(|| serde_json::to_value(&filter)).unwrap(), ok: true }
            }
            Err(Error::Malformed(rejection)) => {
                Told { seen: serde_json::to_value(rejection.problem()).unwrap(), ok: false }
            }
            Err(error) => panic!("{error}"),
        };
        socket.send(&told).await.unwrap();
    }
}

/// Knows its version in the task of the socket as well.
#[get("/problems")]
#[api_version(since = "2024-01-01", opaque)]
async fn problems(upgrade: Upgrade<u8, Problem>) -> Upgraded {
    upgrade.on_upgrade(async |mut socket| {
        while let Some(Ok(number)) = socket.recv().await {
            let title = "Refused";
            let problem = Problem::new(StatusCode::CONFLICT, "https://example.com/refused", title);
            let told = Told { seen: number.into(), ok: false };
            socket.send(&problem.extend(Versioned(told))).await.unwrap();
        }
    })
}

#[versioned]
struct Never;

impl Serialize for Never {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("a secret"))
    }
}

#[get("/unwritable")]
#[api_version(since = "2024-01-01", opaque)]
async fn unwritable(upgrade: Upgrade<u8, Never>) -> Upgraded {
    upgrade.on_upgrade(async |mut socket| {
        let Err(Error::Unwritable(error)) = socket.send(&Never).await else { return };
        assert_eq!(error.to_string(), "a secret");
        socket.socket().send("still open".into()).await.unwrap();
    })
}

async fn connect(server: &Server, path: &str, version: &str) -> WebSocketStream<TcpStream> {
    let mut request = format!("ws://test{path}").into_client_request().unwrap();
    request.headers_mut().insert("api-version", version.parse().unwrap());
    if path == "/socket" {
        request.headers_mut().insert("sec-websocket-protocol", "filters".parse().unwrap());
    }
    let (socket, response) = tokio_tungstenite::client_async(request, server.connect().await).await.unwrap();
    assert_eq!(response.headers()["api-version"], version);
    assert_eq!(response.headers().contains_key("sec-websocket-protocol"), path == "/socket");
    socket
}

async fn hear(socket: &mut WebSocketStream<TcpStream>) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Pong(_) => {}
            message => return serde_json::from_str(message.to_text().unwrap()).unwrap(),
        }
    }
}

/// A message that a version sends.
fn sent(version: &str) -> Value {
    match version {
        V1 => json!({ "customer": "c 1", "tags": "a b", "cents": 500, "legacy": "x" }),
        V2 => json!({ "limit": null, "customer_id": "c 1", "tags": "a b", "euros": 5 }),
        _ => json!({ "customer_id": "c 1", "tag": ["a", "b"], "live": true, "euros": 5 }),
    }
}

#[tokio::test]
async fn messages_have_the_shape_of_the_version_both_ways() {
    let server = server(endpoints![Version; socket]).await;
    for version in [V1, V2, V3] {
        let mut socket = connect(&server, "/socket", version).await;
        let seen = if version == V3 { "seen" } else { "heard" };
        let text = sent(version).to_string();
        for message in [
            Message::text(&text),
            Message::Binary(Bytes::from(text)),
            Message::text(sent(version).to_string()),
        ] {
            socket.send(Message::Ping(Bytes::from_static(b"p"))).await.unwrap();
            socket.send(message).await.unwrap();
            let told = hear(&mut socket).await;
            assert_eq!(told, json!({ seen: filter(None, &["a", "b"], true), "ok": true }), "{version}");
        }
        let mut last = sent(version);
        last[if version == V1 { "customer" } else { "customer_id" }] = "close".into();
        socket.send(Message::text(last.to_string())).await.unwrap();
        assert!(matches!(socket.next().await, Some(Ok(Message::Close(_)))));
    }
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_and_not_the_end() {
    let server = server(endpoints![Version; socket]).await;
    for (version, change, pointer) in [
        (V1, json!({ "cents": "5" }), "/cents"),
        (V1, json!({ "customer": 1 }), "/customer"),
        (V2, json!({ "euros": null }), "/euros"),
        (V3, json!({ "tag": ["a", 1] }), "/tag/1"),
    ] {
        let mut socket = connect(&server, "/socket", version).await;
        let mut message = sent(version);
        message.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        for (message, slug, pointer) in [
            (Message::text(message.to_string()), "invalid-body", Some(pointer)),
            (Message::text("{"), "malformed-body", None),
            (Message::Binary(Bytes::from_static(b"\xff")), "malformed-body", None),
        ] {
            socket.send(message).await.unwrap();
            let told = hear(&mut socket).await;
            let problem = &told[if version == V3 { "seen" } else { "heard" }];
            assert_eq!(problem["type"], format!("urn:steadfast:problem:{slug}"), "{told}");
            assert_eq!(problem.get("pointer").and_then(Value::as_str), pointer, "{told}");
        }
        socket.send(Message::text(sent(version).to_string())).await.unwrap();
        assert_eq!(hear(&mut socket).await["ok"], true);
    }
}

#[tokio::test]
async fn the_task_of_a_socket_knows_its_version() {
    let server = server(endpoints![Version; problems, unwritable]).await;
    for version in [V1, V2, V3] {
        let mut socket = connect(&server, "/problems", version).await;
        socket.send(Message::text("7")).await.unwrap();
        let told = hear(&mut socket).await;
        assert_eq!(told[if version == V3 { "seen" } else { "heard" }], 7, "{told}");
        let mut socket = connect(&server, "/unwritable", version).await;
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("still open"));
    }
    // Without the words of a handshake it is axum's rejection, at the version.
    let plain = server.get("/problems", &[&at(V1)]).await;
    assert_eq!((plain.status, plain.header("api-version")), (400, Some(V1)));
}

/// Beside the API, where no call says in which version a message is.
#[cfg(debug_assertions)]
#[tokio::test]
async fn socket_outside_of_a_call_reads_and_writes_no_versioned_message() {
    async fn beside(upgrade: Upgrade<Filter, Told>) -> Upgraded {
        upgrade.on_upgrade(async |mut socket| {
            let told = Told { seen: Value::Null, ok: true };
            let written = AssertUnwindSafe(socket.send(&told)).catch_unwind().await.is_ok();
            let read = AssertUnwindSafe(socket.recv()).catch_unwind().await.is_ok();
            let seen = format!(r#"{{"written":{written},"read":{read}}}"#);
            socket.socket().send(seen.into()).await.unwrap();
        })
    }

    let server = Server::start(Router::new().route("/socket", axum::routing::get(beside))).await;
    let request = "ws://test/socket".into_client_request().unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request, server.connect().await).await.unwrap();
    socket.send(Message::text(sent(V3).to_string())).await.unwrap();
    assert_eq!(hear(&mut socket).await, json!({ "written": false, "read": false }));
}
