#[post("/charges")]
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-09-30",
        request(was(Query<OldExpand>, Versioned<OldCharge>), into(Versioned<NewCharge>), upgrade = expand_into_body),
        note = "`expand` moved from the query into the body.",
    ),
    changed(in = "2025-03-31", response(downgrade = page_to_list)),
    changed(in = "2024-12-18", status(201, was = 200), header("Total-Count", was = "X-Total")),
)]
async fn create(customer: Customer, Versioned(new): Versioned<NewCharge>) -> Created<Versioned<Charge>> {
    ledger::charge(customer, new).await
}
