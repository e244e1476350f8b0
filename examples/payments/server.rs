//! Serving, and an orderly end.

use axum::Router;
use std::future::IntoFuture;
use std::io;
use std::time::Duration;
use steadfast::Drain;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// How long open connections may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until SIGINT or SIGTERM. Then takes no new connections, lets open requests end, and waits for the payments
/// whose clients are gone.
pub async fn serve(listener: TcpListener, router: Router, drain: Drain) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop_signal().await;
        let _ = stopping.send(());
    });
    let out_of_patience = async move {
        let _ = stopped.await;
        sleep(GRACE).await;
    };
    tokio::select! {
        ended = server.into_future() => ended?,
        () = out_of_patience => {}
    }
    drain.wait().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let received = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = received(SignalKind::interrupt()) => {}
        () = received(SignalKind::terminate()) => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
