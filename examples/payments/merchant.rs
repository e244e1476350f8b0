//! Who calls: `Authorization: Bearer acme` or `Bearer globex`.

use crate::errors::ApiError;
use crate::version::Version;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::borrow::Cow;
use steadfast::Scope;

/// An authenticated caller. A real service would look its token up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merchant {
    Acme,
    Globex,
}

impl Merchant {
    pub const fn id(self) -> &'static str {
        match self {
            Self::Acme => "acme",
            Self::Globex => "globex",
        }
    }

    fn of_token(token: &str) -> Option<Self> {
        [Self::Acme, Self::Globex].into_iter().find(|merchant| merchant.id() == token)
    }
}

impl<S: Sync> FromRequestParts<S> for Merchant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let credentials = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        credentials
            .and_then(|credentials| credentials.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| Self::of_token(token.trim()))
            .ok_or(ApiError::Unauthenticated)
    }
}

/// Idempotency keys belong to the merchant: two merchants may use the same key without hearing of each other.
impl Scope for Merchant {
    fn scope(&self) -> Cow<'_, str> {
        self.id().into()
    }
}

/// The version of a merchant's requests that name none. `None` goes on to the API's default.
pub async fn pin(merchant: Merchant) -> Option<Version> {
    match merchant {
        Merchant::Acme => None,
        Merchant::Globex => Some(Version::V2024_12_18),
    }
}
