//! What a request says outside of its JSON body, in the shape of the served version.
//!
//! Each does what the extractor of the same name in axum does, for a type with a history: a client of any version is
//! read in the names and types of its own version, and the handler sees the head. Types without
//! [`#[versioned]`](macro@crate::versioned) anywhere in them are read as they are. Outside an endpoint, and at a
//! neutral one, the shape is the head.
//!
//! | extractor | reads | refusal | its member |
//! |---|---|---|---|
//! | [`Query`] | the query | 400 `invalid-query` | `parameter` |
//! | [`Path`] | the parameters of the path | 400 `invalid-path` | `parameter` |
//! | [`Form`] | a body of `application/x-www-form-urlencoded` | 422 `invalid-body` | `pointer` |
//! | [`Headers`] | headers, which a response may also be given | 400 `invalid-header` | `header` |
//! | [`Cookies`] | cookies | 400 `invalid-cookie` | `cookie` |
//!
//! A refusal is a [`Problem`](crate::Problem). Its member names the fault as the client's own version calls it.
//!
//! A field may take many values: `?tag=a&tag=b` is read into a `Vec`, and so are a header or cookie that is sent more
//! than once, and one value is a `Vec` of one. Such a field needs `#[serde(default)]` if there may be none. What is
//! sent more than once is refused where the field takes one value: nothing says which of them is meant.
//!
//! ```
//! use serde::Deserialize;
//! use steadfast::extract::Query;
//! use steadfast::{api_version, get, versioned};
//!
//! #[versioned]
//! #[derive(Deserialize)]
//! struct Filter {
//!     #[renamed(in = "2024-12-18", was(customer))]
//!     customer_id: Option<String>,
//!     #[serde(default)]
//!     tag: Vec<String>,
//! }
//!
//! // `/payments?customer=cus_1&tag=a&tag=b` for clients of 2024-01-15.
//! #[get("/payments")]
//! #[api_version(since = "2024-01-15")]
//! async fn list_payments(Query(filter): Query<Filter>) -> String {
//!     format!("{:?} {:?}", filter.customer_id, filter.tag)
//! }
//! ```
//!
//! What is text on the wire is read into numbers and the like as the field asks. Behind `#[serde(flatten)]` serde asks
//! for nothing, and a field there is text, as with axum.
//!
//! An `upgrade` that returns an error refuses the request with its text, with the status of the place.

mod by_field;
mod cookies;
mod fault;
mod form;
mod headers;
mod path;
mod query;

pub use cookies::Cookies;
pub use form::Form;
pub use headers::{Headers, UnwrittenHeaders};
pub use path::Path;
pub use query::Query;

/// As with axum's, the value is behind the extractor.
macro_rules! deref {
    ($name:ident) => {
        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }
    };
}

use deref;
