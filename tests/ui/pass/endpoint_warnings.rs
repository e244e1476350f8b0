//! What stands beside a handler gives no warnings, also where a macro of the user's wrote it.
#![deny(warnings, missing_copy_implementations, missing_debug_implementations, missing_docs, unused)]

use axum::Json;
use steadfast::{api_version, idempotent, post};

macro_rules! endpoint {
    ($name:ident, $path:literal, $body:ty) => {
        /// Creates something.
        #[post($path)]
        #[api_version(since = "2024-01-15")]
        #[idempotent(ttl = "24h", scope = none)]
        pub async fn $name(body: $body) -> $body {
            body
        }
    };
}

endpoint!(create_text, "/texts", String);
endpoint!(create_number, "/numbers", Json<u32>);

fn main() {}
