#[get("/customers/{id}/payments")]
#[api_version(since = "2024-01-15")]
async fn list_payments(State(ledger): State<Ledger>, Path(id): Path<u64>) -> Result<Versioned<Vec<Payment>>, PayError> {
    ledger.payments_of(id).await.map(Versioned)
}
