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

/// Serves until it is told to stop. Then takes no new connections, lets open requests end, and waits for the payments
/// whose clients are gone.
pub async fn serve(listener: TcpListener, router: Router, stop: StopSignal, drain: Drain) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.received().await;
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

pub use signals::StopSignal;

#[cfg(unix)]
mod signals {
    use std::io;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// SIGINT (Ctrl-C) and SIGTERM. From the moment it exists neither ends the process by itself.
    #[derive(Debug)]
    pub struct StopSignal {
        interrupt: Signal,
        terminate: Signal,
    }

    impl StopSignal {
        pub fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }

        pub async fn received(mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }
}

#[cfg(windows)]
mod signals {
    use std::io;
    use tokio::signal::windows::{CtrlC, ctrl_c};

    /// Ctrl-C. From the moment it exists that does not end the process by itself.
    #[derive(Debug)]
    pub struct StopSignal(CtrlC);

    impl StopSignal {
        pub fn listen() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub async fn received(mut self) {
            let _ = self.0.recv().await;
        }
    }
}
