//! What of a path must be the same in a retry: the values of the parameters, whatever stands between them.

use super::stores::stores;
use super::world::World;
use super::{Client, Version, api, clock, endpoint};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use std::time::Duration;
use steadfast::{
    Api, Idempotency, IdempotencyLayer, PathSegment, QueryParam, api_version, endpoints, idempotent,
};

endpoint!(orders, "/orders", operation = "orders.create");
endpoint!(orders_v2, "/v2/orders", operation = "orders.create");
endpoint!(of_customer, "/customers/{customer}/orders", operation = "orders.create");
endpoint!(of_client, "/clients/{customer}/orders", operation = "orders.create");
endpoint!(of_buyer, "/buyers/{buyer}/orders", operation = "orders.create");
endpoint!(transfer, "/from/{from}/to/{to}", operation = "transfer");
endpoint!(move_funds, "/source/{source}/target/{target}", operation = "transfer");
endpoint!(file, "/files/{*path}");

#[tokio::test]
async fn an_operation_is_the_same_at_all_of_its_paths() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; orders, orders_v2, of_customer, of_client, of_buyer, transfer, move_funds, file);
        client.post("/orders", "a").await.is_fresh(201, "call 1");
        client.post("/v2/orders", "a").await.is_replayed(201, "call 1");
        client.post("/customers/7/orders", "a").await.is_problem(422, "key-reused");
        client.post("/orders?dry=1", "a").await.is_problem(422, "key-reused");

        client.post("/customers/7%20a/orders", "b").await.is_fresh(201, "call 2");
        client.post("/clients/%37%20a/orders", "b").await.is_replayed(201, "call 2");
        client.post("/customers/8/orders", "b").await.is_problem(422, "key-reused");
        client.post("/clients/7/orders", "b").await.is_problem(422, "key-reused");
        // What a parameter is called is of no concern to clients.
        client.post("/buyers/7%20a/orders", "b").await.is_replayed(201, "call 2");
        client.post("/orders", "b").await.is_problem(422, "key-reused");

        client.post("/from/1/to/2", "c").await.is_fresh(201, "call 3");
        client.post("/source/1/target/2", "c").await.is_replayed(201, "call 3");
        client.post("/from/2/to/1", "c").await.is_problem(422, "key-reused");
        client.post("/source/2/target/1", "c").await.is_problem(422, "key-reused");
        client.post("/from/12/to/", "c").await;

        client.post("/files/a/b?x", "d").await.is_fresh(201, "call 4");
        client.post("/files/a/b?x", "d").await.is_replayed(201, "call 4");
        client.post("/files/a%2Fc?x", "d").await.is_problem(422, "key-reused");
        client.post("/files/a/b?y", "d").await.is_problem(422, "key-reused");
        client.post("/files/a/b?%78=", "d").await.is_replayed(201, "call 4");
    }
}

/// They are not known then, and the path as it was sent tells them apart.
#[tokio::test]
async fn parameters_that_are_no_text_are_told_apart() {
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store), World::new(); of_customer);
        client.post("/customers/%FF/orders", "k").await.is_fresh(201, "call 1");
        client.post("/customers/%FF/orders", "k").await.is_replayed(201, "call 1");
        client.post("/customers/%FE/orders", "k").await.is_problem(422, "key-reused");
        client.post("/customers/1/orders", "k").await.is_problem(422, "key-reused");
    }
}

/// One of them may be for tests, and a key used there pays nothing here.
#[tokio::test]
async fn an_api_that_is_served_in_two_places_is_two() {
    for store in stores(&clock()).await {
        let world = World::new();
        let api = || api!(Idempotency::new(store.clone()), world; orders, orders_v2, of_customer).0;
        let app = Router::new().nest("/live", api()).nest("/test", api()).nest("/tenants/{tenant}", api());
        let client = Client(app);
        client.post("/test/orders", "a").await.is_fresh(201, "call 1");
        client.post("/test/v2/orders", "a").await.is_replayed(201, "call 1");
        client.post("/live/orders", "a").await.is_problem(422, "key-reused");
        client.post("/tenants/1/customers/2/orders", "b").await.is_fresh(201, "call 2");
        client.post("/tenants/1/customers/2/orders", "b").await.is_replayed(201, "call 2");
        client.post("/tenants/2/customers/2/orders", "b").await.is_problem(422, "key-reused");
        client.post("/tenants/2/customers/1/orders", "b").await.is_problem(422, "key-reused");
    }
}

#[steadfast::post("/dated")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn dated(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

/// A version in the path or the query is no part of what is asked for; where the API is served is.
#[tokio::test]
async fn so_is_one_whose_version_stands_in_the_target() {
    for store in stores(&clock()).await {
        for (key, named) in [("path", "/2024-01-15/dated"), ("query", "/dated?v=2024-01-15")] {
            let world = World::new();
            let api = || -> Router {
                let api = Api::new(endpoints![Version; dated]);
                let api = match key {
                    "path" => api.version_from(PathSegment("/").or_default(Version::V2024_01_15)),
                    _ => api.version_from(QueryParam("v").or_default(Version::V2024_01_15)),
                };
                api.idempotency(Idempotency::new(store.clone())).with_state(world.clone())
            };
            let client = Client(Router::new().nest("/live", api()).nest("/test", api()));
            client.post(&format!("/test{named}"), key).await.is_fresh(201, "call 1");
            client.post("/test/dated", key).await.is_replayed(201, "call 1");
            for path in [&format!("/live{named}"), "/live/dated"] {
                client.post(path, key).await.is_problem(422, "key-reused");
            }
        }
    }
}

/// A layer is told one name for whatever is in there.
#[tokio::test]
async fn the_routes_below_a_layer_are_told_apart() {
    for store in stores(&clock()).await {
        let paid = || post(|| async { StatusCode::CREATED });
        let once = IdempotencyLayer::new(Idempotency::new(store), Duration::from_hours(24));
        let inner = Router::new().route("/{id}", paid()).fallback(|| async { StatusCode::ACCEPTED });
        let app = Router::new()
            .route("/a", paid())
            .route("/b", paid())
            .route("/c/{id}", paid())
            .route("/d/{id}", paid())
            .nest("/in", inner)
            .fallback(|| async { StatusCode::ACCEPTED })
            .layer(once.scope_global().operation("pay"));
        let client = Client(app);
        let all = [
            "/a", "/b", "/c/1", "/c/2", "/c/%FF", "/c/%FE", "/d/1", "/in/1", "/in/2", "/in/x/y", "/in/x/z",
            "/x", "/y",
        ];
        for (key, first) in all.iter().enumerate() {
            let key = &format!("k{key}");
            assert!(client.post(first, key).await.status < 300, "{first}");
            for other in all {
                let answer = client.post(other, key).await;
                if other == *first {
                    assert!(answer.is_replay(), "{first}");
                } else {
                    assert_eq!(answer.status, 422, "{first} and {other}");
                }
            }
        }
    }
}
