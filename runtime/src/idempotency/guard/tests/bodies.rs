//! Response bodies that are not all there when the handler returns.

use super::*;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A body of four bytes that come when the test sends them; "panic" is one that does.
pub(super) struct Slow(UnboundedReceiver<&'static str>);

impl HttpBody for Slow {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|text| {
            let text = text?;
            assert_ne!(text, "panic");
            Some(Ok(Frame::data(Bytes::from_static(text.as_bytes()))))
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(4)
    }
}

impl Slow {
    pub(super) fn new() -> (UnboundedSender<&'static str>, Self) {
        let (sender, receiver) = unbounded_channel();
        (sender, Self(receiver))
    }
}

/// A request whose handler has returned such a body, of which nothing is there yet.
async fn slowly(guard: &Arc<Guard>) -> (JoinHandle<Received>, UnboundedSender<&'static str>) {
    let (sender, body) = Slow::new();
    let (returning, entered) = tokio::sync::oneshot::channel();
    let guard = Arc::clone(guard);
    let client = tokio::spawn(async move {
        let handler = move |_| async move {
            returning.send(()).unwrap();
            returned(Response::new(Body::new(body)))
        };
        received(guard.send(&POLICY, request("k", ""), handler).await).await
    });
    entered.await.unwrap();
    (client, sender)
}

#[tokio::test(start_paused = true)]
async fn claim_is_renewed_while_the_body_is_read() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = MemoryStore::new().clock(clock.clone());
    let (guard, elsewhere) = (guard(store.clone()), guard(store));
    let (client, sender) = slowly(&guard).await;
    for piece in ["th", "er"] {
        for _ in 0..POLICY.lease.as_secs() * 3 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(retry(&elsewhere, "k", "").await.problem(), (409, "in-progress"));
        sender.send(piece).unwrap();
    }
    drop(sender);
    assert_eq!(client.await.unwrap(), fresh(200, "ther"));
    for guard in [&guard, &elsewhere] {
        assert_eq!(retry(guard, "k", "").await, replayed(200, "ther"));
    }
}

#[tokio::test]
async fn client_that_leaves_before_the_body_is_read_receives_it_later() {
    let guard = guard(MemoryStore::new());
    let (client, sender) = slowly(&guard).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    sender.send("late").unwrap();
    drop(sender);
    until(async || retry(&guard, "k", "").await == replayed(200, "late")).await;
}

#[tokio::test]
async fn body_that_panics_while_it_is_read_does_not_run_again() {
    let guard = guard(MemoryStore::new());
    let (client, sender) = slowly(&guard).await;
    sender.send("panic").unwrap();
    assert_eq!(client.await.unwrap().problem(), (500, "internal-error"));
    let again = retry(&guard, "k", "").await;
    assert_eq!((again.replayed, again.problem()), (true, (410, "response-unavailable")));
}
