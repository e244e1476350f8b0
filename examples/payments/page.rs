use serde::Serialize;

/// A list with what a client needs to know about the rest of it.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub meta: Meta,
}

#[derive(Debug, Serialize)]
pub struct Meta {
    /// How many there are, on this page and beyond.
    pub total: i64,
}
