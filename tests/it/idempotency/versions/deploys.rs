//! Records that one release has made, and the next one reads: it has a version more, and other types of the same names.

use super::super::stores::{AnyStore, stores};
use super::{ANSWERS, REQUESTS, World, charge, clock, served};

const V4: &str = "2024-12-30";

/// The release after the one whose types are those of this folder.
mod next {
    use super::super::super::world::World;
    use super::super::Money;
    use axum::extract::State;
    use serde::{Deserialize, Serialize};
    use steadfast::{ApiVersions, Created, Versioned, api_version, idempotent, post, versioned};

    #[derive(ApiVersions)]
    pub(super) enum Version {
        #[version("2024-01-15")]
        V1,
        #[version("2024-06-15")]
        V2,
        #[version("2024-12-18")]
        V3,
        #[version("2024-12-30")]
        V4,
    }

    #[versioned]
    #[derive(Serialize, Deserialize)]
    pub(super) struct NewCharge {
        #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
        amount: Money,
        #[renamed(in = "2024-12-30", was(customer_id))]
        #[renamed(in = "2024-06-15", was(customer))]
        payer: String,
        #[added(in = "2024-12-18", default = true)]
        #[serde(default)]
        capture: bool,
        note: Option<String>,
    }

    #[versioned]
    #[derive(Serialize, Deserialize)]
    pub(super) struct Charge {
        call: u32,
        #[changed(in = "2024-12-18", was(cents: i64), upgrade = Money::usd, downgrade = Money::value)]
        amount: Money,
        #[renamed(in = "2024-12-30", was(customer_id))]
        #[renamed(in = "2024-06-15", was(customer))]
        payer: String,
        #[added(in = "2024-12-18", default)]
        captured: bool,
        #[added(in = "2024-12-30", default)]
        fee: u32,
    }

    #[post("/charges")]
    #[idempotent(ttl = "24h", scope = none)]
    #[api_version(since = "2024-01-15")]
    pub(super) async fn charge(
        State(world): State<World>,
        Versioned(new): Versioned<NewCharge>,
    ) -> Created<Versioned<Charge>> {
        let call = world.enter().await;
        let NewCharge { amount, payer, capture, note: _ } = new;
        Created::at(
            format!("/charges/{call}"),
            Versioned(Charge { call, amount, payer, captured: capture, fee: 7 }),
        )
    }
}

/// A release that has lost its way: what it reads under the old names is not what was written.
mod another {
    use super::super::super::world::World;
    use super::super::NewCharge;
    use axum::extract::State;
    use serde::{Deserialize, Serialize};
    use steadfast::{Created, Versioned, api_version, idempotent, post, versioned};

    /// It is called as it was, and has been something else all the time.
    #[versioned]
    #[derive(Serialize, Deserialize)]
    pub(super) struct Charge {
        call: u32,
        #[renamed(in = "2024-12-30", was(reference))]
        number: Option<String>,
    }

    #[post("/charges")]
    #[idempotent(ttl = "24h", scope = none)]
    #[api_version(since = "2024-01-15")]
    pub(super) async fn charge(
        State(world): State<World>,
        Versioned(_): Versioned<NewCharge>,
    ) -> Created<Versioned<Charge>> {
        let call = world.enter().await;
        Created::at("/charges/1", Versioned(Charge { call, number: None }))
    }

    /// The same members, and another name.
    #[versioned]
    #[derive(Serialize, Deserialize)]
    pub(super) struct Payment {
        call: u32,
        amount: super::super::Money,
        #[renamed(in = "2024-12-30", was(customer_id))]
        payer: String,
        captured: bool,
    }

    #[post("/charges")]
    #[idempotent(ttl = "24h", scope = none)]
    #[api_version(since = "2024-01-15")]
    pub(super) async fn pay(
        State(world): State<World>,
        Versioned(new): Versioned<NewCharge>,
    ) -> Created<Versioned<Payment>> {
        let call = world.enter().await;
        let NewCharge { amount, customer_id: payer, capture: captured, .. } = new;
        Created::at("/charges/1", Versioned(Payment { call, amount, payer, captured }))
    }
}

/// A record of the first release for each version, by its version.
async fn recorded(store: &AnyStore, world: &World) {
    let client = served!(store.clone(), world; charge);
    for (version, body) in REQUESTS {
        assert_eq!(client.ask("/charges", version, version, body).await.status, 201);
    }
}

fn of_call(call: usize, answer: &str) -> String {
    answer.replace("\"call\":1", &format!("\"call\":{}", call + 1))
}

#[tokio::test]
async fn a_version_more_changes_no_answer_that_is_stored() {
    for store in stores(&clock()).await {
        let world = World::new();
        recorded(&store, &world).await;
        let client = served!(next::Version, store, world, clock(); next::charge);
        let payer = r#"{"amount":{"value":500,"currency":"usd"},"payer":"cus_1","capture":true}"#;
        for (call, (key, _)) in REQUESTS.into_iter().enumerate() {
            for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
                client.ask("/charges", version, key, body).await.is_told(version, &of_call(call, answer));
            }
            // Of what the release before it did not know there is nothing to tell but the default.
            let told = client.ask("/charges", V4, key, payer).await;
            told.is_told(V4, &of_call(call, r#"{"call":1,"amount":{"value":500,"currency":"usd"},"payer":"cus_1","captured":true,"fee":0}"#));
            client.ask("/charges", V4, key, &payer.replace("usd", "eur")).await.is_problem(422, "key-reused");
        }
        // And back: the release before it reads what this one has written, as far as it knows the versions.
        client.ask("/charges", V4, "new", payer).await.is_fresh(
            201,
            r#"{"call":4,"amount":{"value":500,"currency":"usd"},"payer":"cus_1","captured":true,"fee":7}"#,
        );
        let (version, body) = REQUESTS[0];
        client.ask("/charges", version, "new", body).await.is_told(version, &of_call(3, ANSWERS[0]));
        assert_eq!(world.calls(), 4);
    }
}

#[tokio::test]
async fn what_is_no_longer_what_it_was_is_told_as_it_was() {
    for store in stores(&clock()).await {
        let world = World::new();
        recorded(&store, &world).await;
        for client in [
            served!(next::Version, store.clone(), world, clock(); another::charge),
            served!(next::Version, store, world, clock(); another::pay),
        ] {
            for (call, (first, _)) in REQUESTS.into_iter().enumerate() {
                for (version, body) in REQUESTS.into_iter().chain([(V4, REQUESTS[2].1)]) {
                    let told = client.ask("/charges", version, first, body).await;
                    told.is_told(first, &of_call(call, ANSWERS[call]));
                }
            }
        }
        assert_eq!(world.calls(), 3);
    }
}
