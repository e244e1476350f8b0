use futures_util::future::Either;
use std::future::{Ready, pending, ready};
use std::panic::resume_unwind;
use steadfast_core::BoxFuture;

/// The most bytes that are worked through on the thread of the executor, where other requests wait. More take
/// milliseconds to be hashed, sorted or rendered.
const LARGEST_ON_EXECUTOR: usize = 64 * 1024;

/// Work that is done, or that goes on elsewhere.
pub(crate) type OffExecutor<R> = Either<Ready<R>, BoxFuture<'static, R>>;

/// Returns `true` if so many bytes are not to be worked through on the executor's thread.
pub(super) fn is_large(bytes: usize) -> bool {
    bytes > LARGEST_ON_EXECUTOR
}

/// Does work on so many bytes: at once, or on a thread that may block if there are many.
// No `async fn`: every future that waits for a small body would hold what the work needs.
pub(crate) fn off_executor<R: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> R + Send + 'static,
) -> OffExecutor<R> {
    if !is_large(bytes) {
        return Either::Left(ready(work()));
    }
    Either::Right(Box::pin(async move {
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime shuts down, and with it whoever waits.
                Err(_) => pending().await,
            },
        }
    }))
}
