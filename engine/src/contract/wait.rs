use super::probe::Probe;
use crate::BoxFuture;
use futures_util::future::{Either, select};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

impl Probe {
    /// Waits for a call that nothing holds up.
    pub(super) async fn soon<T>(&self, what: &str, call: BoxFuture<'_, T>) -> Result<T, String> {
        let late = |_| format!("{what}: expected a result, found none within {:?}", self.patience);
        within(self.patience, call).await.map_err(late)
    }
}

/// Returns the output of `future` if it is there within a time, else the future itself, which waits for something.
pub(super) async fn within<T>(time: Duration, future: BoxFuture<'_, T>) -> Result<T, BoxFuture<'_, T>> {
    let (timer, passed) = oneshot::channel::<()>();
    let (_ended, ends) = mpsc::channel::<()>();
    // By a thread: the caller's runtime may have no timer, and the caller's clock may stand still.
    thread::spawn(move || {
        let _ = ends.recv_timeout(time);
        drop(timer);
    });
    match select(future, passed).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right((_, future)) => Err(future),
    }
}
