use serde::Deserialize;

/// What a merchant notes on a payment: any JSON object.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// The body of `PATCH /payments/{id}`.
#[derive(Debug, Deserialize)]
pub struct NewMetadata {
    pub metadata: Metadata,
}
