//! The endpoints. A handler sees the newest shape of every type and runs once per idempotency key, so that neither
//! versions nor retries appear in its body.

use crate::errors::ApiError;
use crate::ledger;
use crate::merchant::Merchant;
use crate::metadata::NewMetadata;
use crate::money::Money;
use crate::page::{Meta, Page};
use crate::parameters::{Limit, PaymentId};
use crate::payment::{NewPayment, Payment, Status};
use crate::refund::{NewRefund, Refund};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Value, json};
use sqlx::{SqliteConnection, SqlitePool};
use steadfast::{Created, Sqlite, Tx, Versioned, api_version, delete, get, idempotent, patch, post};

// Without `api_version` an endpoint is neutral: it answers whatever version is asked for, or none.
#[get("/health")]
#[api_version(neutral)]
pub async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

// `tx` is a transaction that the framework commits together with the record of the answer.
#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn create_payment(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    Versioned(new): Versioned<NewPayment>,
) -> Result<Created<Versioned<Payment>>, ApiError> {
    let payment = Payment {
        id: new_id("pay")?,
        amount: new.amount.checked()?,
        status: Status::for_customer(&new.customer_id),
        customer_id: new.customer_id,
        priority: new.priority,
        created_at: now(),
        metadata: new.metadata,
    };
    ledger::insert_payment(&mut tx, merchant, &payment).await?;
    Ok(Created::at(format!("/payments/{}", payment.id), Versioned(payment)))
}

#[get("/payments/{id}")]
#[api_version(since = "2024-01-15")]
pub async fn get_payment(
    merchant: Merchant,
    State(pool): State<SqlitePool>,
    PaymentId(id): PaymentId,
) -> Result<Versioned<Payment>, ApiError> {
    let mut db = pool.acquire().await?;
    find_payment(&mut db, merchant, &id).await.map(Versioned)
}

// The whole body changed in 2025-09-30, so there are two handlers: this one ends where the next begins.
#[get("/payments")]
#[api_version(since = "2024-01-15", until = "2025-09-30")]
pub async fn list_payments_before_pages(
    merchant: Merchant,
    State(pool): State<SqlitePool>,
    Limit(limit): Limit,
) -> Result<Versioned<Vec<Payment>>, ApiError> {
    let mut db = pool.acquire().await?;
    Ok(Versioned(ledger::payments(&mut db, merchant, limit).await?))
}

#[get("/payments")]
#[api_version(since = "2025-09-30")]
pub async fn list_payments(
    merchant: Merchant,
    State(pool): State<SqlitePool>,
    Limit(limit): Limit,
) -> Result<Versioned<Page<Payment>>, ApiError> {
    // One transaction, so that both statements see the same payments.
    let mut db = pool.begin().await?;
    let data = ledger::payments(&mut db, merchant, limit).await?;
    let total = ledger::count_payments(&mut db, merchant).await?;
    Ok(Versioned(Page { data, meta: Meta { total } }))
}

#[patch("/payments/{id}")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn replace_metadata(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    PaymentId(id): PaymentId,
    Versioned(new): Versioned<NewMetadata>,
) -> Result<Versioned<Payment>, ApiError> {
    let mut payment = find_payment(&mut tx, merchant, &id).await?;
    payment.metadata = new.metadata;
    ledger::update_payment(&mut tx, &payment).await?;
    Ok(Versioned(payment))
}

#[post("/payments/{id}/refunds")]
#[api_version(since = "2024-12-18")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn create_refund(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    PaymentId(id): PaymentId,
    Versioned(new): Versioned<NewRefund>,
) -> Result<(StatusCode, Versioned<Refund>), ApiError> {
    let payment = find_payment(&mut tx, merchant, &id).await?;
    if payment.status != Status::Succeeded {
        return Err(ApiError::NotRefundable);
    }
    let refunded = ledger::refunded(&mut tx, &payment).await?;
    let left = Money { value: payment.amount.value - refunded, currency: payment.amount.currency };
    let amount = match new.amount {
        Some(amount) => amount.checked()?,
        None => left.clone(),
    };
    if amount.currency != left.currency {
        return Err(ApiError::OtherCurrency { paid_in: left.currency });
    }
    if amount.value > left.value || left.value == 0 {
        return Err(ApiError::RefundTooLarge { left });
    }
    let refund = Refund { id: new_id("re")?, payment: id, amount, created_at: now() };
    ledger::insert_refund(&mut tx, &refund).await?;
    Ok((StatusCode::CREATED, Versioned(refund)))
}

#[delete("/payments/{id}")]
#[api_version(since = "2024-01-15", until = "2025-09-30")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn delete_payment(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    PaymentId(id): PaymentId,
) -> Result<StatusCode, ApiError> {
    cancel(&mut tx, merchant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[post("/payments/{id}/cancel")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = Merchant)]
pub async fn cancel_payment(
    merchant: Merchant,
    mut tx: Tx<Sqlite>,
    PaymentId(id): PaymentId,
) -> Result<Versioned<Payment>, ApiError> {
    cancel(&mut tx, merchant, &id).await.map(Versioned)
}

/// The answer where no endpoint has the path in any version.
pub async fn no_such_path(uri: Uri) -> ApiError {
    ApiError::NoSuchPath(uri)
}

async fn find_payment(db: &mut SqliteConnection, merchant: Merchant, id: &str) -> Result<Payment, ApiError> {
    ledger::payment(db, merchant, id).await?.ok_or(ApiError::NoSuchPayment)
}

/// Cancels a payment; one that is canceled already stays so.
async fn cancel(db: &mut SqliteConnection, merchant: Merchant, id: &str) -> Result<Payment, ApiError> {
    let mut payment = find_payment(db, merchant, id).await?;
    if ledger::refunded(db, &payment).await? > 0 {
        return Err(ApiError::NotCancelable);
    }
    payment.status = Status::Canceled;
    ledger::update_payment(db, &payment).await?;
    Ok(payment)
}

/// An id that nobody can guess, such as `pay_0f3c…`.
fn new_id(prefix: &str) -> Result<String, ApiError> {
    Ok(format!("{prefix}_{:016x}{:016x}", getrandom::u64()?, getrandom::u64()?))
}

fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Metadata;
    use crate::payment::Priority;
    use steadfast::SqliteStore;

    /// An endpoint is still a function: a test calls it without a router, and sees the newest shape.
    #[tokio::test]
    async fn a_page_counts_more_than_it_shows() -> Result<(), ApiError> {
        let store = SqliteStore::in_memory().await.unwrap();
        let pool = store.pool().clone();
        ledger::create_tables(&pool).await?;
        for merchant in [Merchant::Acme, Merchant::Acme, Merchant::Globex] {
            let payment = Payment {
                id: new_id("pay")?,
                amount: Money::from_parts(1000, Money::default_currency()),
                customer_id: "cus_1".to_owned(),
                status: Status::Succeeded,
                priority: Priority::High,
                created_at: now(),
                metadata: Metadata::new(),
            };
            ledger::insert_payment(&mut *pool.acquire().await?, merchant, &payment).await?;
        }
        let Versioned(page) = list_payments(Merchant::Acme, State(pool), Limit(1)).await?;
        assert_eq!((page.data.len(), page.meta.total), (1, 2));
        assert_eq!(page.data[0].priority, Priority::High);
        Ok(())
    }
}
