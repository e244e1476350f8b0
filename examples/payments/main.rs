//! Run with: cargo run --example payments
//!
//! A payments API with a history: three dated versions that answer side by side, and writes that a client may send
//! again without money moving twice. Read `version.rs` (the timeline), `payment.rs` (types with their history), then
//! `handlers.rs`: the handlers know only the newest shape.

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

use banner::Banner;
use options::Options;
use server::StopSignal;
use std::process::ExitCode;
use steadfast::{Api, Header, Idempotency, endpoints};
use tokio::net::TcpListener;
use version::Version;

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

async fn run(options: Options) -> Result<(), String> {
    let place = &options.store;
    let store = place.open().await.map_err(|error| format!("cannot use the database {place}: {error}"))?;
    let pool = store.pool().clone();
    ledger::create_tables(&pool)
        .await
        .map_err(|error| format!("cannot use the database {place}: {error}"))?;

    let listen = &options.listen;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("cannot listen on {listen}: {error}"))?;

    let stop = StopSignal::listen().map_err(|error| format!("cannot wait for signals: {error}"))?;
    let clock = options.clock();
    let banner = Banner { today: clock.today(), address, place };
    banner.print();

    // Business rows and idempotency records share one database, so each write commits both or neither.
    let idempotency = Idempotency::new(store);
    let drain = idempotency.drain();
    let router = Api::new(endpoints![
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
    ])
    .version_from(
        Header("Api-Version").pinned_by("Authorization", merchant::pin).or_default(Version::V2025_09_30),
    )
    .idempotency(idempotency)
    .clock(clock)
    .with_state(pool)
    .fallback(handlers::no_such_path);

    server::serve(listener, router, stop, drain).await.map_err(|error| format!("the server failed: {error}"))
}
