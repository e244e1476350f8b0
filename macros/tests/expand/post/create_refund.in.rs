#[post("/refunds")]
#[api_version(since = "2024-01-15")]
#[idempotent(
    ttl = "3days",
    scope = Merchant,
    authorize(MayRefund),
    operation = "refund",
    lease = "30s",
    in_progress = wait("5s"),
    on_lost = recover(AskBank),
)]
async fn create_refund(merchant: Merchant, Versioned(new): Versioned<NewRefund>) -> Created<Versioned<Refund>> {
    ledger::refund(merchant, new).await
}
