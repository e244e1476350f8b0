use super::{V1, V2, V3, Version, assert_refused, at, server};
use serde::Deserialize;
use steadfast::extract::Path;
use steadfast::{Api, PathSegment, api_version, endpoints, get, versioned};

#[versioned]
#[derive(Deserialize)]
struct Place {
    #[renamed(in = "2024-12-18", was(shop))]
    shop_id: String,
    #[changed(in = "2025-07-01", was(number: u16), upgrade = identified)]
    id: String,
    #[added(in = "2025-07-01", default)]
    part: u8,
}

fn identified(number: u16) -> Result<String, &'static str> {
    if number == 0 { Err("numbers begin at 1") } else { Ok(format!("pay_{number}")) }
}

fn show(place: &Place) -> String {
    format!("{} {} {}", place.shop_id, place.id, place.part)
}

#[get("/shops/{shop}/items/{number}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn first(Path(place): Path<Place>) -> String {
    show(&place)
}

#[get("/shops/{shop_id}/items/{number}")]
#[api_version(since = "2024-12-18", until = "2025-07-01")]
async fn second(place: Path<Place>) -> String {
    show(&place)
}

#[get("/shops/{shop_id}/items/{id}/{part}")]
#[api_version(since = "2025-07-01")]
async fn third(Path(place): Path<Place>) -> String {
    show(&place)
}

#[get("/pairs/{a}/{b}")]
#[api_version(since = "2024-01-01")]
async fn pair(Path((a, b)): Path<(String, u8)>) -> String {
    format!("{a} {b}")
}

#[get("/singles/{only}")]
#[api_version(since = "2024-01-01")]
async fn single(Path(only): Path<u8>) -> String {
    only.to_string()
}

#[get("/wrong/{only}")]
#[api_version(since = "2024-01-01")]
async fn wrong(Path((a, b)): Path<(u8, u8)>) -> String {
    format!("{a} {b}")
}

#[get("/maybe")]
#[api_version(since = "2024-01-01")]
async fn none(path: Option<Path<u8>>) -> String {
    format!("{:?}", path.map(|path| *path))
}

#[get("/maybe/{some}")]
#[api_version(since = "2024-01-01")]
async fn some(path: Option<Path<u8>>) -> String {
    format!("{:?}", path.map(|path| *path))
}

#[tokio::test]
async fn parameters_have_the_names_and_types_of_the_version() {
    let by_header = server(endpoints![Version; first, second, third, pair, single, none, some]).await;
    let by_path = Api::new(endpoints![Version; first, second, third, pair, single, none, some]);
    let by_path = by_path.version_from(PathSegment("/").or_reject()).with_state(());
    let by_path = crate::server::Server::start(by_path).await;
    for (version, alias, path, expected) in [
        (V1, "v1", "/shops/a%20b/items/7", "a b pay_7 0"),
        (V2, "v2", "/shops/%C3%A4/items/7", "ä pay_7 0"),
        (V3, "v3", "/shops/a/items/x%2Fy/3", "a x/y 3"),
        (V1, "v1", "/pairs/a+b/3", "a+b 3"),
        (V3, "v3", "/singles/3", "3"),
        (V2, "v2", "/maybe", "None"),
        (V2, "v2", "/maybe/3", "Some(3)"),
    ] {
        for answer in
            [by_header.get(path, &[&at(version)]).await, by_path.get(&format!("/{alias}{path}"), &[]).await]
        {
            assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{version} {path}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_parameter() {
    let server = server(endpoints![Version; first, second, third, pair, single, some]).await;
    for (version, path, name, detail) in [
        (V1, "/shops/a/items/x", Some("number"), "`x`"),
        (V2, "/shops/a/items/-1", Some("number"), "`-1`"),
        (V1, "/shops/a/items/0", None, "numbers begin at 1"),
        (V3, "/shops/a/items/x/300", Some("part"), "`300`"),
        (V3, "/shops/a/items/%FF/3", Some("id"), "UTF-8"),
        (V1, "/pairs/a/b", Some("b"), "`b`"),
        (V2, "/singles/x", Some("only"), "`x`"),
        (V2, "/maybe/x", Some("some"), "`x`"),
    ] {
        let answer = server.get(path, &[&at(version)]).await;
        assert_refused(&answer, 400, "invalid-path", "parameter", name, detail);
    }
}

#[tokio::test]
async fn a_type_that_the_path_cannot_be_is_a_fault_of_the_program() {
    let server = server(endpoints![Version; wrong]).await;
    let answer = server.get("/wrong/1", &[&at(V1)]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (500, "internal-error"));
    assert_eq!(answer.problem().get("detail"), None);
}
