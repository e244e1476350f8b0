//! Which methods a path has is a matter of the version, wherever it is named.

use super::places::PLACES;
use super::{V1, V2, ask, serve, while_all_live};
use steadfast::AfterSunset;

#[tokio::test]
async fn allow_lists_the_methods_of_the_version() {
    for place in &PLACES {
        for (version, request, status, allow) in [
            (V1, "GET /shop/items/7", 405, Some(&["DELETE", "OPTIONS"][..])),
            (V2, "GET /shop/items/7", 200, None),
            (V1, "DELETE /shop/items/7", 204, None),
            (V2, "PUT /shop/items/7", 405, Some(&["DELETE", "GET", "HEAD", "OPTIONS"])),
            (V1, "GET /shop/news", 404, None),
            (V1, "OPTIONS /shop/news", 404, None),
            (V2, "POST /shop/news", 405, Some(&["GET", "HEAD", "OPTIONS"])),
            (V1, "OPTIONS /shop/items/7", 204, Some(&["DELETE", "OPTIONS"])),
            (V2, "OPTIONS /shop/items/7", 204, Some(&["DELETE", "GET", "HEAD", "OPTIONS"])),
            (V1, "OPTIONS /shop/orders", 204, Some(&["OPTIONS", "POST"])),
        ] {
            let server = serve(place, version, while_all_live(), AfterSunset::Gone).await;
            let answer = ask(&server, place, version, request, &[], "").await;
            assert_eq!(answer.status, status, "{}: {request} {version}", place.name);
            let allowed = answer.header("allow").map(|value| {
                let mut methods: Vec<&str> = value.split(", ").collect();
                methods.sort_unstable();
                methods
            });
            assert_eq!(allowed.as_deref(), allow, "{}: {request} {version}", place.name);
            match status {
                404 => assert_eq!(answer.problem_type(), "not-found", "{}", place.name),
                405 => assert_eq!(answer.problem_type(), "method-not-allowed", "{}", place.name),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    for place in &PLACES {
        let server = serve(place, V1, while_all_live(), AfterSunset::Gone).await;
        let get = ask(&server, place, V1, "GET /shop/version", &[], "").await;
        let head = ask(&server, place, V1, "HEAD /shop/version", &[], "").await;
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{}", place.name);
        assert_eq!(head.lasting(), get.lasting(), "{}", place.name);
        let options = ask(&server, place, V1, "OPTIONS /shop/version", &[], "").await;
        assert_eq!(options.header("deprecation"), get.header("deprecation"), "{}", place.name);
    }
}

#[tokio::test]
async fn a_request_that_an_extractor_refuses_was_served_a_version_all_the_same() {
    for place in &PLACES {
        for version in [V1, V2] {
            let server = serve(place, version, while_all_live(), AfterSunset::Gone).await;
            for (request, body, status) in [
                ("DELETE /shop/items/seven", "", 400),
                ("POST /shop/echo", "{", 400),
                ("POST /shop/echo", r#"{"id":1}"#, 422),
                ("POST /shop/orders", "{}", 400),
            ] {
                // `ask` looks at the echo and at `Vary`.
                let answer = ask(&server, place, version, request, &[], body).await;
                assert_eq!(answer.status, status, "{}: {request} {answer:?}", place.name);
                let deprecated = (version == V1).then_some("@1734480000");
                assert_eq!(answer.header("deprecation"), deprecated, "{}: {request}", place.name);
            }
        }
    }
}

#[tokio::test]
async fn without_a_version_nothing_runs() {
    for place in PLACES.iter().filter(|place| !place.name.starts_with("the default")) {
        let server = serve(place, V1, while_all_live(), AfterSunset::Gone).await;
        for request in
            ["GET /shop/version", "POST /shop/orders", "PUT /shop/version", "OPTIONS /shop/version"]
        {
            let answer = server.call(request, &["X-Other: 1"], "").await;
            assert_eq!(
                (answer.status, answer.problem_type().as_str()),
                (400, "unspecified-version"),
                "{}: {request}",
                place.name
            );
            assert_eq!(answer.header(place.echo), None, "{}", place.name);
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", place.name);
            assert_eq!(super::vary(&answer), place.vary, "{}", place.name);
        }
    }
}
