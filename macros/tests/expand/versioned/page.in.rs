#[versioned]
#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    #[opaque]
    pub cursor: Cursor,
}
