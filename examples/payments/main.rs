//! Run with: cargo run --example payments
//!
//! A payments API with a history: dated versions that answer side by side, and writes that a client may send again
//! without money moving twice. It needs no set-up; `-- --help` shows the options, and what it prints can be pasted.
//!
//! Read `version.rs` (the timeline), `payment.rs` (types with their history), `handlers.rs` (which know only the
//! newest shape), and `router` below, where they come together.

#![allow(unreachable_pub, reason = "in a program `pub` says no more than that other modules use it")]

mod banner;
mod errors;
mod handlers;
mod ledger;
mod merchant;
mod metadata;
mod money;
mod options;
mod page;
mod parameters;
mod payment;
mod refund;
mod server;
mod version;

use axum::Router;
use banner::Banner;
use options::Options;
use server::StopSignal;
use sqlx::SqlitePool;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use steadfast::idempotency::Audit;
use steadfast::{Api, Clock, Header, Idempotency, SqliteStore, endpoints};
use tokio::net::TcpListener;
use version::Version;

fn router(pool: SqlitePool, idempotency: Idempotency<SqliteStore>, clock: Arc<dyn Clock>) -> Router {
    // The list is checked while compiling: against the timeline and its policy, and each endpoint against the others.
    let endpoints = endpoints![
        Version;
        handlers::health,
        handlers::create_payment,
        handlers::get_payment,
        handlers::list_payments_before_pages,
        handlers::list_payments,
        handlers::replace_metadata,
        handlers::create_refund,
        handlers::delete_payment,
        handlers::cancel_payment,
    ];
    Api::new(endpoints)
        .version_from(
            Header("Api-Version").pinned_by("Authorization", merchant::pin).or_default(Version::V2025_09_30),
        )
        .idempotency(idempotency)
        .clock(clock)
        .with_state(pool)
        .fallback(handlers::no_such_path)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::from_command_line()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Starts, serves, and ends in order. An error is one sentence for the person who started the program.
async fn run(options: Options) -> Result<(), String> {
    let place = &options.store;
    let no_database = |error: &dyn Error| format!("cannot use the database {place}: {}", cause(error));
    let store = place.open().await.map_err(|error| no_database(&error))?;
    let pool = store.pool().clone();
    ledger::create_tables(&pool).await.map_err(|error| no_database(&error))?;

    let listen = &options.listen;
    let not_listening = |error: io::Error| format!("cannot listen on {listen}: {error}");
    let listener = TcpListener::bind(listen).await.map_err(not_listening)?;
    let address = listener.local_addr().map_err(not_listening)?;
    let stop = StopSignal::listen().map_err(|error| format!("cannot wait for signals: {error}"))?;

    let clock = options.clock();
    Banner { today: clock.today(), address, place }.print();

    // Payments, records and the audit trail share one database: each write commits all of them or none.
    let idempotency = Idempotency::new(store).audit(Audit::new());
    let drain = idempotency.drain();
    let router = router(pool, idempotency, clock);
    server::serve(listener, router, stop, drain).await.map_err(|error| format!("the server failed: {error}"))
}

/// What is behind "unavailable", if the error knows.
fn cause(error: &dyn Error) -> String {
    error.source().unwrap_or(error).to_string()
}
