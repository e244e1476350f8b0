//! A whole idempotent request in process, by the store that keeps its record, hashed as in service.

use super::Table;
use crate::served::DigestOf;
use crate::variant::Variant;
use std::cell::Cell;
use std::error::Error;
use tower::ServiceExt;

const CALLS_A_ROUND: u32 = 100;

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    for (name, variant) in [
        ("plain axum, no key", Variant::Plain),
        ("memory, first request", Variant::IdempotentFirst),
        ("memory, replay", Variant::IdempotentReplay),
        ("SQLite, first request", Variant::SqliteFirst),
        ("SQLite, replay", Variant::SqliteReplay),
        ("SQLite and `Tx`, first request", Variant::SqliteTxFirst),
        ("SQLite and `Tx`, replay", Variant::SqliteTxReplay),
    ] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let router = runtime.block_on(variant.router(DigestOf::Sha256))?;
        let first = runtime.block_on(router.clone().oneshot(variant.request(0)))?;
        if !first.status().is_success() {
            return Err(format!("{name}: answered {}", first.status()).into());
        }
        let number = Cell::new(0);
        let request = move || variant.request(number.replace(number.get() + 1) + 1);
        table.row(name, request, move |request| runtime.block_on(router.clone().oneshot(request)));
    }
    Ok(table)
}
