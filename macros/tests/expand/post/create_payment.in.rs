#[post("/payments")]
#[api_version(since = "2024-01-15", deprecated = "2025-09-30", sunset = "2027-03-31")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn create_payment(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    Versioned(new): Versioned<NewPayment>,
) -> Result<Created<Versioned<Payment>>, Problem> {
    ledger::insert(&mut tx, &merchant, new).await
}
