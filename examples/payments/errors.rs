//! What can go wrong, and the problem document (RFC 9457) that says so.

use crate::money::Money;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use steadfast::{DescribeResponse, Problem};

/// Clients switch on the whole `type`, so none of these ever changes.
const TYPES: &str = "https://payments.example/problems/";

/// Why a request was refused.
#[derive(Debug)]
pub enum ApiError {
    Unauthenticated,
    NoSuchPath(Uri),
    NoSuchPayment,
    InvalidLimit,
    InvalidAmount,
    InvalidCurrency,
    /// Only a payment that succeeded has money to give back.
    NotRefundable,
    OtherCurrency {
        paid_in: String,
    },
    RefundTooLarge {
        left: Money,
    },
    /// Money was given back already, so the payment cannot be as if it had never been.
    NotCancelable,
    Database(sqlx::Error),
    NoRandomness(getrandom::Error),
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        use StatusCode as Code;
        match error {
            ApiError::Unauthenticated => problem(Code::UNAUTHORIZED, "unauthenticated", "Not authenticated")
                .detail("send `Authorization: Bearer acme` or `Bearer globex`")
                .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"payments\"")),
            ApiError::NoSuchPath(uri) => problem(Code::NOT_FOUND, "no-such-path", "No such path")
                .detail(format!("there is nothing at {}", uri.path())),
            ApiError::NoSuchPayment => problem(Code::NOT_FOUND, "no-such-payment", "No such payment")
                .detail("this merchant has no payment of this id"),
            ApiError::InvalidLimit => problem(Code::BAD_REQUEST, "invalid-limit", "Invalid limit")
                .detail("`limit` must be a number from 1 to 100"),
            ApiError::InvalidAmount => {
                problem(Code::UNPROCESSABLE_ENTITY, "invalid-amount", "Amount cannot be charged")
                    .detail("the amount must be greater than zero")
            }
            ApiError::InvalidCurrency => {
                problem(Code::UNPROCESSABLE_ENTITY, "invalid-currency", "No such currency")
                    .detail("the currency must be three lower-case letters, such as `usd`")
            }
            ApiError::NotRefundable => {
                problem(Code::UNPROCESSABLE_ENTITY, "not-refundable", "Payment cannot be refunded")
                    .detail("only a payment that succeeded can be refunded")
            }
            ApiError::OtherCurrency { paid_in } => {
                problem(Code::UNPROCESSABLE_ENTITY, "other-currency", "Refund is in another currency")
                    .detail(format!("the payment was made in {paid_in}"))
            }
            ApiError::RefundTooLarge { left } => {
                problem(Code::UNPROCESSABLE_ENTITY, "refund-too-large", "Refund is more than what is left")
                    .detail(format!("{} {} of the payment are left", left.value, left.currency))
                    .member("left", left)
            }
            ApiError::NotCancelable => {
                problem(Code::CONFLICT, "not-cancelable", "Payment cannot be canceled")
                    .detail("a payment with refunds stays as it is; refund the rest instead")
            }
            ApiError::Database(error) => internal(&error),
            ApiError::NoRandomness(error) => internal(&error),
        }
    }
}

fn problem(status: StatusCode, slug: &str, title: &'static str) -> Problem {
    Problem::new(status, format!("{TYPES}{slug}"), title)
}

/// The cause is for the operator; clients only hear that it is not their fault.
fn internal(error: &dyn std::error::Error) -> Problem {
    eprintln!("error: {error}");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error")
}

impl DescribeResponse for ApiError {
    type Body = Problem;
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        Self::NoRandomness(error)
    }
}
