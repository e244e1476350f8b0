use serde::Serialize;
use steadfast::versioned;

/// A list with what a client needs to know about the rest of it.
#[versioned]
#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub meta: Meta,
}

#[versioned]
#[derive(Debug, Serialize)]
pub struct Meta {
    /// How many there are, on this page and beyond.
    pub total: i64,
}
