//! Arguments of which any one may read the body.
//!
//! The last argument of a handler may read the body. What an older version reads in the place of other arguments may
//! read it too, and only the types know which of them does.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;

/// An argument, and those behind it: another [`Together`], or [`Nothing`].
#[derive(Debug)]
pub struct Together<A, B>(pub A, pub B);

/// No argument.
#[derive(Debug)]
pub struct Nothing;

/// Arguments of which one may read the body. `M` says which.
#[diagnostic::on_unimplemented(
    message = "an older version of this endpoint would read the body twice",
    label = "has a `changed(..)` whose arguments cannot be read together",
    note = "of the arguments of the handler, with those of `was(..)` in the place of those of `into(..)`, one may implement `FromRequest`, and all others must implement `FromRequestParts` for the state of the API",
    note = "name the argument that reads the body in `into(..)` too, and let `upgrade` make it"
)]
pub trait ReadTogether<S, M>: Sized {
    /// Reads them, the body last.
    fn read(parts: Parts, request: Body, state: &S) -> impl Future<Output = Result<Self, Response>> + Send;
}

/// Arguments of which none reads the body.
pub trait ReadParts<S>: Sized {
    /// Reads them.
    fn read(parts: &mut Parts, state: &S) -> impl Future<Output = Result<Self, Response>> + Send;
}

type Body = axum::body::Body;

/// The first reads the body.
#[derive(Debug)]
pub struct Here;

/// One behind the first reads the body, or none.
#[derive(Debug)]
pub struct Later<M>(M);

impl<S: Sync> ReadParts<S> for Nothing {
    async fn read(_: &mut Parts, _: &S) -> Result<Self, Response> {
        Ok(Self)
    }
}

impl<S: Sync, A: FromRequestParts<S> + Send, B: ReadParts<S>> ReadParts<S> for Together<A, B> {
    async fn read(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let first = A::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(first, B::read(parts, state).await?))
    }
}

#[diagnostic::do_not_recommend]
impl<S: Sync> ReadTogether<S, Here> for Nothing {
    async fn read(_: Parts, _: Body, _: &S) -> Result<Self, Response> {
        Ok(Self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: Sync, A: FromRequest<S>, B: ReadParts<S> + Send> ReadTogether<S, Here> for Together<A, B> {
    async fn read(mut parts: Parts, body: Body, state: &S) -> Result<Self, Response> {
        let behind = B::read(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        let first = A::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(first, behind))
    }
}

#[diagnostic::do_not_recommend]
impl<S, A, B, M> ReadTogether<S, Later<M>> for Together<A, B>
where
    S: Sync,
    A: FromRequestParts<S> + Send,
    B: ReadTogether<S, M>,
{
    async fn read(mut parts: Parts, body: Body, state: &S) -> Result<Self, Response> {
        let first = A::from_request_parts(&mut parts, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(first, B::read(parts, body, state).await?))
    }
}

/// `(M,)`, so that the type is no other extractor.
#[diagnostic::do_not_recommend]
impl<S: Sync, A: Send, B: Send, M> FromRequest<S, (M,)> for Together<A, B>
where
    Self: ReadTogether<S, M>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        Self::read(parts, body, state).await
    }
}
