//! A server with one worker, for a load generator on the other core.

use crate::served::DigestOf;
use crate::variant::Variant;
use std::error::Error;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

pub(crate) fn run(variant: Variant, port: u16) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    // In a task, so that connections are accepted on the worker too.
    let server = runtime.spawn(async move {
        let router = variant.router(DigestOf::Sha256).await.map_err(|error| error.to_string())?;
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| error.to_string())?;
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    });
    Ok(runtime.block_on(server)??)
}
