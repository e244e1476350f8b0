//! Calls without a socket, so that two runs of different length differ by calls alone.

use crate::served::DigestOf;
use crate::variant::Variant;
use axum::Router;
use http_body_util::BodyExt;
use std::error::Error;
use std::hint::black_box;
use tower::ServiceExt;

pub(crate) fn run(variant: Variant, count: u32) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let router = variant.router(DigestOf::Stub).await?;
        for number in 0..count {
            call(&router, variant, number).await?;
        }
        Ok(())
    })
}

async fn call(router: &Router, variant: Variant, number: u32) -> Result<(), Box<dyn Error>> {
    let answer = router.clone().oneshot(black_box(variant.request(number))).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        return Err(format!("call {number} was answered {status}: {}", String::from_utf8_lossy(&body)).into());
    }
    black_box(body);
    Ok(())
}
