use serde::{Deserialize, Serialize};
use steadfast::axum::extract::ws::rejection::WebSocketUpgradeRejection;
use steadfast::socket::{Upgrade, Upgraded};
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(
    upgrade: Result<Upgrade<u64, Plain>, WebSocketUpgradeRejection>, //~ ERROR
) -> Result<Upgraded, WebSocketUpgradeRejection> {
    upgrade.map(|upgrade| upgrade.on_upgrade(|_| async {}))
}

fn main() {}
