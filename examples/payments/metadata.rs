use serde::Deserialize;
use steadfast::versioned;

/// What a merchant notes on a payment: any JSON object.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// The body of `PATCH /payments/{id}`.
#[versioned]
#[derive(Debug, Deserialize)]
pub struct NewMetadata {
    #[opaque]
    pub metadata: Metadata,
}
