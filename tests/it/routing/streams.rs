//! Endpoints that keep the connection: messages have the shape of the version it began with.

use super::{Version, at};
use crate::server::Server;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::response::sse::{Event, Sse};
use futures_util::{SinkExt, Stream, StreamExt, stream};
use serde::Serialize;
use std::convert::Infallible;
use steadfast::{Api, Header, PathSegment, VersionPolicy, api_version, endpoints, get, versioned};
use tokio_tungstenite::tungstenite;
use tungstenite::client::IntoClientRequest;

#[versioned]
#[derive(Serialize)]
struct Tick {
    #[renamed(in = "2024-12-18", was(n))]
    number: u8,
}

fn tick(version: Version, number: u8) -> String {
    steadfast::at(version, || serde_json::to_string(&Tick { number }).unwrap())
}

#[get("/ticks")]
#[api_version(since = "2024-01-01", until = "2025-07-01", opaque)]
async fn ticks(version: Version) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::iter(1..=3).then(move |number| async move {
        tokio::task::yield_now().await;
        Ok(Event::default().data(tick(version, number)))
    }))
}

#[get("/socket")]
#[api_version(since = "2024-01-01", until = "2025-07-01", opaque)]
async fn socket(version: Version, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["ticks"]).on_upgrade(move |socket| answer(version, socket))
}

async fn answer(version: Version, mut socket: WebSocket) {
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        let number = text.parse().unwrap_or_default();
        if socket.send(Message::Text(tick(version, number).into())).await.is_err() {
            break;
        }
    }
}

async fn server(policy: VersionPolicy<Version, ()>) -> Server {
    Server::start(Api::new(endpoints![Version; ticks, socket]).version_from(policy).with_state(())).await
}

#[tokio::test]
async fn events_have_the_shape_of_their_version() {
    let by_header = server(Header("Api-Version").or_reject()).await;
    let by_path = server(PathSegment("/").or_reject()).await;
    for (version, alias, name) in [("2024-01-01", "v1", "n"), ("2024-12-18", "v2", "number")] {
        let events = [1, 2, 3].map(|n| format!("data: {{\"{name}\":{n}}}\n\n")).concat();
        for answer in [
            by_header.call("GET /ticks", &at(version), "").await,
            by_path.get(&format!("/{alias}/ticks"), &[]).await,
        ] {
            assert_eq!((answer.status, answer.body.as_str()), (200, events.as_str()), "{version}");
            assert_eq!(answer.header("content-type"), Some("text/event-stream"));
            assert_eq!(answer.header("api-version"), Some(version));
        }
    }
    assert_eq!(by_header.call("GET /ticks", &at("2025-07-01"), "").await.status, 404);
    assert_eq!(by_path.get("/v3/ticks", &[]).await.status, 404);
}

#[tokio::test]
async fn messages_of_a_socket_have_the_shape_of_its_version() {
    let by_header = server(Header("Api-Version").or_reject()).await;
    let by_path = server(PathSegment("/").or_reject()).await;
    for (version, alias, name) in [("2024-01-01", "v1", "n"), ("2024-12-18", "v2", "number")] {
        for (server, path) in [(&by_header, "/socket".to_owned()), (&by_path, format!("/{alias}/socket"))] {
            let mut request = format!("ws://test{path}").into_client_request().unwrap();
            request.headers_mut().insert("api-version", version.parse().unwrap());
            request.headers_mut().insert("sec-websocket-protocol", "ticks".parse().unwrap());
            let (mut socket, response) =
                tokio_tungstenite::client_async(request, server.connect().await).await.unwrap();
            assert_eq!(
                (response.status().as_u16(), &response.headers()["api-version"]),
                (101, &version.parse().unwrap())
            );
            assert_eq!(response.headers()["sec-websocket-protocol"], "ticks");
            for number in [7, 8] {
                socket.send(tungstenite::Message::text(number.to_string())).await.unwrap();
                let told = socket.next().await.unwrap().unwrap();
                assert_eq!(told.to_text().unwrap(), format!("{{\"{name}\":{number}}}"), "{version}");
            }
            socket.close(None).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_socket_that_the_version_does_not_have_is_not_opened() {
    let by_header = server(Header("Api-Version").or_reject()).await;
    for (version, status) in [("2025-07-01", 404), ("junk", 400)] {
        let mut request = "ws://test/socket".into_client_request().unwrap();
        request.headers_mut().insert("api-version", version.parse().unwrap());
        let error = tokio_tungstenite::client_async(request, by_header.connect().await).await.unwrap_err();
        let tungstenite::Error::Http(response) = error else { panic!("{error}") };
        assert_eq!(response.status().as_u16(), status, "{version}");
    }
    // Without the words of a handshake it is axum's rejection, at the version.
    let plain = by_header.call("GET /socket", &at("2024-01-01"), "").await;
    assert_eq!((plain.status, plain.header("api-version")), (400, Some("2024-01-01")));
}
