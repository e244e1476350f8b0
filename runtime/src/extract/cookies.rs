use super::by_field::{ByField, Texts};
use super::deref;
use super::fault::read;
use crate::problem::{Kind, Problem};
use crate::transform::in_call;
use crate::wire::Shape;
use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::header;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// The cookies of a request in the shape of the served version, as the fields of a struct of the same names.
///
/// Names and values are percent-decoded. A cookie that is sent more than once, as for several paths, is read into a
/// `Vec`. Only cookies that the type asks for are looked at; what is no cookie is passed over.
///
/// ```
/// use serde::Deserialize;
/// use steadfast::extract::Cookies;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Deserialize)]
/// struct Session {
///     #[renamed(in = "2024-12-18", was(sid))]
///     session_id: String,
/// }
///
/// async fn whoami(Cookies(session): Cookies<Session>) -> String {
///     session.session_id
/// }
/// ```
///
/// It answers 400 `invalid-cookie`, whose member `cookie` is the name that the client's version has for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Cookies<T>(pub T);

deref!(Cookies);

impl<T: Shape + DeserializeOwned, S: Sync> FromRequestParts<S> for Cookies<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        in_call::<T>()?;
        // HTTP/2 may send each cookie in a header of its own (RFC 9113 section 8.2.3).
        let lines = parts.headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let sent = Sent(lines.flat_map(Cookie::split_parse_encoded).flatten().collect());
        let mut query = String::new();
        read(ByField::new(sent, &mut query))
            .map(Self)
            .map_err(|fault| fault.named(Kind::InvalidCookie, "cookie", "cookie", str::to_owned))
    }
}

struct Sent<'c>(Vec<Cookie<'c>>);

impl Texts for Sent<'_> {
    fn of(&self, field: &str) -> Result<Vec<Cow<'_, str>>, String> {
        let own = self.0.iter().filter(|cookie| cookie.name() == field);
        Ok(own.map(|cookie| Cow::Borrowed(cookie.value())).collect())
    }

    fn wire_name(field: &str) -> Cow<'_, str> {
        Cow::Borrowed(field)
    }

    fn all(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        self.0.iter().map(|cookie| (Cow::Borrowed(cookie.name()), Cow::Borrowed(cookie.value()))).collect()
    }
}
