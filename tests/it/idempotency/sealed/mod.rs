//! Stored answers that are encrypted: everything works as it does without, and nothing is to be read in the store.

mod audit;
mod file;
mod modes;
mod rotation;
mod tampering;

use super::world::World;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use steadfast::idempotency::{KeyRing, Steps};
use steadfast::{Problem, Sqlite, Tx, idempotent, post};

const NEW: [u8; 32] = [1; 32];
const OLD: [u8; 32] = [2; 32];

fn ring() -> KeyRing {
    KeyRing::new("new", &NEW)
}

/// Secrets of the places where an answer can have some, and of a step.
const IN_BODY: &str = "body-hunter2";
const IN_HEADER: &str = "header-hunter2";
const IN_LOCATION: &str = "location-hunter2";
const IN_STEP: &str = "step-hunter2";

type Telling = (StatusCode, [(HeaderName, &'static str); 2], String);

fn telling(status: StatusCode) -> Telling {
    let headers = [(HeaderName::from_static("x-account"), IN_HEADER), (header::LOCATION, IN_LOCATION)];
    (status, headers, format!("{{\"secret\":\"{IN_BODY}\"}}"))
}

/// Finishes a step, and answers as the world says.
#[post("/stepped")]
#[idempotent(ttl = "24h", scope = none)]
async fn stepped(State(world): State<World>, mut steps: Steps) -> Result<Telling, Problem> {
    let key: String = steps
        .run("key", || async {
            world.enter().await;
            Ok::<_, Problem>(IN_STEP.to_owned())
        })
        .await?;
    assert_eq!(key, IN_STEP);
    Ok(telling(world.status()))
}

#[post("/open")]
#[idempotent(ttl = "24h", scope = none, on_store_down = "execute")]
async fn open(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

#[post("/joined")]
#[idempotent(ttl = "24h", scope = none)]
async fn joined(State(world): State<World>, mut tx: Tx<Sqlite>) -> Telling {
    sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
    world.enter().await;
    telling(world.status())
}
