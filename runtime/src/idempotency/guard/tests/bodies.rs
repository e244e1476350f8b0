//! Answers whose bodies are not all there when the handler returns, and what panics behind an answer.

use super::*;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A body of four bytes that come when the test sends them; "panic" is one that does.
struct Slow(UnboundedReceiver<&'static str>);

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

/// A call that has answered with such a body, while nothing of that is there.
async fn slowly(guard: &Arc<Guard>) -> (JoinHandle<Seen>, UnboundedSender<&'static str>) {
    let (sender, receiver) = unbounded_channel();
    let (answered, entered) = tokio::sync::oneshot::channel();
    let guard = Arc::clone(guard);
    let asking = tokio::spawn(async move {
        let execute = move |_| async move {
            answered.send(()).unwrap();
            Answer::Returned(Response::new(Body::new(Slow(receiver))))
        };
        seen(guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await).await
    });
    entered.await.unwrap();
    (asking, sender)
}

/// It may come after the lease: its claim is kept until then.
#[tokio::test(start_paused = true)]
async fn a_body_that_comes_late_is_kept_and_heard() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = Arc::new(MemoryStore::new().clock(clock.clone()));
    let (guard, elsewhere) = (guard(Shared(Arc::clone(&store))), guard(Shared(store)));
    let (asking, sender) = slowly(&guard).await;
    for piece in ["th", "er"] {
        for _ in 0..POLICY.lease.as_secs() * 3 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            clock.advance(Duration::from_secs(1));
        }
        // Another process that asks does not run it.
        let twin = seen(elsewhere.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await;
        assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
        sender.send(piece).unwrap();
    }
    drop(sender);
    assert_eq!(asking.await.unwrap(), fresh(200, "ther"));
    for guard in [&guard, &elsewhere] {
        let again = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await;
        assert_eq!(again, replayed(200, "ther"));
    }
}

#[tokio::test]
async fn a_client_that_goes_before_the_body_has_come_hears_it_later() {
    let guard = guard(MemoryStore::new());
    let (asking, sender) = slowly(&guard).await;
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    sender.send("late").unwrap();
    drop(sender);
    let again = loop {
        let again = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await;
        if again.status != 409 {
            break again;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(again, replayed(200, "late"));
}

#[tokio::test]
async fn a_body_that_panics_late_frees_the_key() {
    let guard = guard(MemoryStore::new());
    let (asking, sender) = slowly(&guard).await;
    sender.send("panic").unwrap();
    let failed = asking.await.unwrap();
    assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    assert_eq!(Handler::answering(StatusCode::OK).see(&guard, request("k", "")).await, fresh(200, "call 1"));
}

/// It is done, and panics when it is dropped.
struct Trapped;

impl Future for Trapped {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        Poll::Ready(Answer::Returned(Response::new(Body::empty())))
    }
}

impl Drop for Trapped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[tokio::test]
async fn a_handler_that_panics_when_it_is_dropped_frees_the_key() {
    let guard = guard(MemoryStore::new());
    let failed = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), |_| Trapped).await).await;
    assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    assert_eq!(Handler::answering(StatusCode::OK).see(&guard, request("k", "")).await, fresh(200, "call 1"));
}
