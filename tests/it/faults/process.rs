//! A process that can die: a server on a runtime of its own.

use super::points::Points;
use crate::server::Server;
use axum::Router;
use axum::extract::State;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::idempotency::Store;
use steadfast::{
    Api, ApiVersions, Header, Idempotency, Sqlite, SqliteStore, Tx, api_version, endpoints, idempotent, post,
};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

#[derive(ApiVersions)]
enum Version {
    #[version("2025-09-30")]
    V2025_09_30,
}

/// What handlers know: where they fail, and how often they have done what they are for.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) points: Points,
    pub(super) effects: Arc<AtomicU32>,
}

async fn charge(world: &World) -> axum::http::StatusCode {
    use super::points::Point;
    let _ = world.points.at(Point::Start).await;
    world.effects.fetch_add(1, Ordering::SeqCst);
    let _ = world.points.at(Point::End).await;
    axum::http::StatusCode::CREATED
}

#[post("/reexecute")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none)]
async fn reexecute(State(world): State<World>) -> axum::http::StatusCode {
    charge(&world).await
}

#[post("/hold")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, on_lost = "hold")]
async fn hold(State(world): State<World>) -> axum::http::StatusCode {
    charge(&world).await
}

#[post("/joined")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none)]
async fn joined(State(world): State<World>, mut tx: Tx<Sqlite>) -> axum::http::StatusCode {
    use super::points::Point;
    let _ = world.points.at(Point::Start).await;
    sqlx::query("INSERT INTO effects DEFAULT VALUES").execute(&mut *tx).await.unwrap();
    let _ = world.points.at(Point::End).await;
    axum::http::StatusCode::CREATED
}

pub(super) fn claiming<S: Store>(store: S, world: World) -> Router {
    Api::new(endpoints![Version; reexecute, hold])
        .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
        .idempotency(Idempotency::new(store))
        .with_state(world)
}

pub(super) fn joining(store: SqliteStore, world: World) -> Router {
    Api::new(endpoints![Version; joined])
        .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
        .idempotency(Idempotency::new(store))
        .with_state(world)
}

pub(super) struct Process {
    runtime: Option<Runtime>,
    pub(super) server: Option<Server>,
}

impl Process {
    /// Serves what `app` makes.
    pub(super) async fn start(app: impl Future<Output = Router> + Send + 'static) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (send, started) = oneshot::channel();
        runtime.spawn(async move {
            let _ = send.send(Server::start(app.await).await);
        });
        Self { server: Some(started.await.unwrap()), runtime: Some(runtime) }
    }

    /// The process ends: what it was doing goes no further.
    pub(super) fn crash(&mut self) {
        self.server = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.crash();
    }
}
