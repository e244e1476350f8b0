//! Two keys of a map that are one for an older client.

use crate::server::Server;
use axum::Router;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::http::StatusCode;
use steadfast::{Api, ApiVersions, Header, Versioned, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    #[added(in = "2025-09-30", was(Red))]
    Crimson,
    Blue,
}

fn of(colours: &[Colour]) -> Versioned<Vec<BTreeMap<Colour, u8>>> {
    Versioned(vec![colours.iter().zip(1..).map(|(colour, number)| (*colour, number)).collect()])
}

#[get("/both")]
#[api_version(since = "2024-01-15")]
async fn both() -> Versioned<Vec<BTreeMap<Colour, u8>>> {
    of(&[Colour::Red, Colour::Crimson])
}

#[get("/one")]
#[api_version(since = "2024-01-15")]
async fn one() -> Versioned<Vec<BTreeMap<Colour, u8>>> {
    of(&[Colour::Crimson, Colour::Blue])
}

/// The older shape of an id is its length.
#[versioned]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Id(#[changed(in = "2025-09-30", was(usize), upgrade = as_text, downgrade = length)] String);

fn as_text(id: usize) -> String {
    id.to_string()
}

fn length(id: &str) -> usize {
    id.len()
}

#[get("/converted")]
#[api_version(since = "2024-01-15")]
async fn converted() -> Versioned<BTreeMap<Id, u8>> {
    Versioned(["ab", "cd"].into_iter().map(|id| (Id(id.to_owned()), 1)).collect())
}

async fn server() -> Server {
    let app: Router = Api::new(endpoints![Version; both, one, converted])
        .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
        .with_state(());
    Server::start(app).await
}

#[tokio::test]
async fn two_keys_that_are_one_in_the_older_version_then_the_response_is_500() {
    let server = server().await;
    let older = ["Api-Version: 2024-01-15"];
    assert_eq!(server.get("/both", &[]).await.body, r#"[{"red":1,"crimson":2}]"#);
    let answer = server.get("/both", &older).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("internal-error"), "{}", answer.body);
    assert_eq!(server.get("/converted", &[]).await.body, r#"{"ab":1,"cd":1}"#);
    assert_eq!(server.get("/converted", &older).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn one_key_by_the_name_of_another_then_it_is_shown() {
    let server = server().await;
    assert_eq!(server.get("/one", &["Api-Version: 2024-01-15"]).await.body, r#"[{"red":1,"blue":2}]"#);
}
