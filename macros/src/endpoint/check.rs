//! What must hold for one handler. What must hold between handlers is checked by `endpoints!`.

use super::attr::{ApiVersion, Written};
use super::changed::{self, Past};
use super::expand::holds_opaque;
use super::idempotent;
use super::model::{Endpoint, Range};
use crate::diag::{Sink, endpoint_messages as messages, idempotent_messages};
use crate::syntax::item_fn::Handler;
use crate::syntax::literals::DateLit;
use crate::syntax::{path_template, words};
use quote::ToTokens;
use steadfast_core::Date;
use syn::{FnArg, GenericParam, Safety, Type};

pub(crate) fn check(written: Written, handler: &Handler, sink: &mut Sink) -> Option<Endpoint> {
    let Written { method, version, idempotent } = written;
    sink.ok(path_template::check(&method.value));
    signature(handler, sink);
    let opaque = version.as_ref().and_then(|version| version.opaque.clone());
    let (range, deprecated, sunset, past) = match version {
        Some(version) => versions(version, handler, sink)?,
        None => (Range::Unsaid, None, None, Past::default()),
    };
    let idempotent = match idempotent {
        Some(idempotent) => Some(idempotent::check(idempotent, &method.key, &method.value, handler, sink)?),
        None => None,
    };
    let downgraded = past.older.iter().find(|older| older.downgrade.is_some());
    // #[api_version(.., changed(in = "2024-12-18", response(downgrade = f)))] #[idempotent(.., replay = reference(Payments))]
    if let Some(reference) = idempotent.as_ref().and_then(|policy| policy.reference.as_ref())
        && let Some(older) = downgraded
    {
        sink.push(idempotent_messages::reference_of_older_answers(reference, older.date.date));
    }
    // #[api_version(.., changed(.., response(downgrade = f)))] #[idempotent(.., on_lost = recover(AskBank))]
    // async fn pay() -> impl IntoResponse {}
    if let Some(finder) = idempotent.as_ref().and_then(|policy| policy.recover.as_ref())
        && let Some(older) = downgraded
        && holds_opaque(handler.sig.output.to_token_stream())
    {
        sink.push(idempotent_messages::recovers_unnamed(finder, older.date.date));
    }
    Some(Endpoint {
        method: method.key,
        path: method.value,
        range,
        opaque,
        deprecated,
        sunset,
        idempotent,
        past,
    })
}

fn signature(handler: &Handler, sink: &mut Sink) {
    let sig = &handler.sig;
    // #[get("/a")] fn a() {}
    if sig.asyncness.is_none() {
        sink.error(sig.fn_token, messages::NOT_ASYNC);
    }
    // #[get("/a")] async unsafe fn a() {}
    if let Safety::Unsafe(unsafety) = &sig.safety {
        sink.error(unsafety, messages::UNSAFE);
    }
    // #[get("/a")] async fn a<'a>() {}
    for parameter in &sig.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            sink.error(lifetime, messages::LIFETIME);
        }
    }
    if let Some(extra) = sig.inputs.iter().nth(16) {
        sink.error(extra, messages::TOO_MANY_ARGUMENTS);
    }
    for argument in &sig.inputs {
        match argument {
            // #[get("/a")] async fn a(&self) {}
            FnArg::Receiver(receiver) => sink.error(receiver, messages::METHOD),
            FnArg::Typed(argument) => match &*argument.ty {
                // #[get("/a")] async fn a(id: &str) {}
                Type::Reference(reference) => sink.error(reference, messages::REFERENCE),
                // #[get("/a")] async fn a(x: impl Clone) {}
                Type::ImplTrait(opaque) => sink.error(opaque, messages::IMPL_TRAIT),
                _ => {}
            },
        }
    }
}

type Lifecycle = (Range, Option<DateLit>, Option<DateLit>, Past);

fn versions(version: ApiVersion, handler: &Handler, sink: &mut Sink) -> Option<Lifecycle> {
    let ApiVersion { name, neutral, since, until, gap, deprecated, sunset, changed, opaque } = version;
    if let Some(neutral) = neutral {
        // #[api_version(neutral, since = "2024-12-18")]
        let others = [&since, &until, &deprecated, &sunset]
            .into_iter()
            .flatten()
            .map(|arg| &arg.key)
            .chain(&gap)
            .chain(&opaque);
        let others = others.chain(changed.iter().map(|change| &change.name));
        let mut clean = true;
        if let Some(other) = others.into_iter().next() {
            sink.push(messages::neutral_with_other(&neutral, other));
            clean = false;
        }
        return clean.then_some((Range::Neutral, None, None, Past::default()));
    }
    // #[api_version(until = "2024-12-18")]
    let Some(since) = since else {
        // An error in `since` itself has been reported.
        if sink.is_clean() {
            sink.push(messages::without_since(&name));
        }
        return None;
    };
    let since = since.value;
    // #[api_version(since = "2024-12-18", until = "2024-01-15")]
    if let Some(until) = &until
        && until.value.date <= since.date
    {
        sink.push(messages::until_not_after_since(&until.value, since.date));
    }
    // #[api_version(since = "2024-12-18", deprecated = "2024-01-15")]
    if let Some(deprecated) = &deprecated
        && deprecated.value.date < since.date
    {
        sink.push(messages::not_after(&deprecated.key, &deprecated.value, words::SINCE, since.date));
    } else if let Some(sunset) = &sunset {
        // #[api_version(since = "2024-12-18", sunset = "2024-07-01")]
        let (word, floor): (&str, Date) = match &deprecated {
            Some(deprecated) => (words::DEPRECATED, deprecated.value.date),
            None => (words::SINCE, since.date),
        };
        if sunset.value.date <= floor {
            sink.push(messages::not_after(&sunset.key, &sunset.value, word, floor));
        }
    }
    let past = changed::check(changed, &since, until.as_ref().map(|until| &until.value), handler, sink);
    let range = Range::Versions { since, until: until.map(|until| until.value), gap: gap.is_some() };
    Some((range, deprecated.map(|arg| arg.value), sunset.map(|arg| arg.value), past))
}
