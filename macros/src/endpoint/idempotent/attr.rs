//! What the user wrote.

use super::value::{self, InProgress, KeyRule, OnExpired, OnLost, ReplayHeader};
use crate::diag::{Sink, endpoint_messages, idempotent_messages as messages};
use crate::syntax::args::{self, Arg, value};
use crate::syntax::literals::DurationLit;
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Lit, LitBool, LitInt, LitStr, Type};

pub(crate) struct Idempotent {
    pub(crate) name: Ident,
    pub(crate) ttl: Option<Arg<DurationLit>>,
    pub(crate) lease: Option<Arg<DurationLit>>,
    pub(crate) scope: Option<Arg<Type>>,
    pub(crate) authorize: Option<Arg<Vec<Type>>>,
    pub(crate) operation: Option<Arg<LitStr>>,
    pub(crate) in_progress: Option<Arg<InProgress>>,
    pub(crate) errors: Option<Arg<LitStr>>,
    pub(crate) keep: Option<Arg<Vec<LitInt>>>,
    pub(crate) free: Option<Arg<Vec<LitInt>>>,
    pub(crate) on_lost: Option<Arg<OnLost>>,
    pub(crate) replay: Option<Arg<Box<Type>>>,
    pub(crate) on_expired: Option<Arg<OnExpired>>,
    pub(crate) on_store_down: Option<Arg<LitStr>>,
    pub(crate) key: Option<Arg<KeyRule>>,
    pub(crate) header: Option<Arg<LitStr>>,
    pub(crate) replay_header: Option<Arg<ReplayHeader>>,
    pub(crate) replay_header_on_fresh: Option<Arg<LitBool>>,
    pub(crate) echo_key: Option<Arg<LitBool>>,
    pub(crate) tell_expiry: Option<Arg<LitBool>>,
    pub(crate) audit: Option<Arg<LitBool>>,
    pub(crate) fingerprint: Option<Arg<LitStr>>,
    pub(crate) fingerprint_headers: Option<Arg<Vec<LitStr>>>,
    pub(crate) store_headers: Option<Arg<Vec<LitStr>>>,
    pub(crate) drop_headers: Option<Arg<Vec<LitStr>>>,
}

const ACCEPTED: [&str; 24] = [
    words::TTL,
    words::LEASE,
    words::SCOPE,
    words::AUTHORIZE,
    words::OPERATION,
    words::IN_PROGRESS,
    words::ERRORS,
    words::KEEP,
    words::FREE,
    words::ON_LOST,
    words::REPLAY,
    words::ON_EXPIRED,
    words::ON_STORE_DOWN,
    words::KEY,
    words::HEADER,
    words::REPLAY_HEADER,
    words::REPLAY_HEADER_ON_FRESH,
    words::ECHO_KEY,
    words::TELL_EXPIRY,
    words::AUDIT,
    words::FINGERPRINT,
    words::FINGERPRINT_HEADERS,
    words::STORE_HEADERS,
    words::DROP_HEADERS,
];

pub(crate) fn read(name: Ident, tokens: TokenStream, sink: &mut Sink) -> Idempotent {
    let mut it = Idempotent {
        name,
        ttl: None,
        lease: None,
        scope: None,
        authorize: None,
        operation: None,
        in_progress: None,
        errors: None,
        keep: None,
        free: None,
        on_lost: None,
        replay: None,
        on_expired: None,
        on_store_down: None,
        key: None,
        header: None,
        replay_header: None,
        replay_header_on_fresh: None,
        echo_key: None,
        tell_expiry: None,
        audit: None,
        fingerprint: None,
        fingerprint_headers: None,
        store_headers: None,
        drop_headers: None,
    };
    args::parse(tokens, words::IDEMPOTENT, &ACCEPTED, sink, |key, input| {
        let statuses =
            |form| args::list(key, input, form, <LitInt as Parse>::parse, messages::no_statuses).map(Some);
        let headers =
            |form| args::list(key, input, form, <LitStr as Parse>::parse, messages::no_headers).map(Some);
        let flag = |form| value(key, input, form, <LitBool as Parse>::parse).map(Some);
        match &*key.to_string() {
            words::TTL => it.ttl = Some(value(key, input, "ttl = \"24h\"", DurationLit::parse)?),
            words::LEASE => it.lease = Some(value(key, input, "lease = \"60s\"", DurationLit::parse)?),
            words::SCOPE => it.scope = Some(value(key, input, "scope = Merchant", scope_type)?),
            words::AUTHORIZE => {
                let form = "authorize(MayPay)";
                it.authorize =
                    Some(args::list(key, input, form, authorize_type, messages::authorizes_nothing)?);
            }
            words::OPERATION => {
                it.operation =
                    Some(value(key, input, "operation = \"create_payment\"", <LitStr as Parse>::parse)?);
            }
            words::IN_PROGRESS => {
                it.in_progress = Some(value(key, input, "in_progress = wait(\"5s\")", value::in_progress)?);
            }
            words::ERRORS => {
                it.errors = Some(value(key, input, "errors = \"replay\"", <LitStr as Parse>::parse)?);
            }
            words::KEEP => it.keep = statuses("keep(402)")?,
            words::FREE => it.free = statuses("free(409)")?,
            words::ON_LOST => {
                it.on_lost = Some(value(key, input, "on_lost = \"hold\"", value::on_lost)?);
            }
            words::REPLAY => {
                it.replay = Some(value(key, input, "replay = reference(Payments)", value::replay)?);
            }
            words::ON_EXPIRED => {
                it.on_expired =
                    Some(value(key, input, "on_expired = refuse(\"30days\")", value::on_expired)?);
            }
            words::ON_STORE_DOWN => {
                it.on_store_down =
                    Some(value(key, input, "on_store_down = \"execute\"", <LitStr as Parse>::parse)?);
            }
            words::KEY => it.key = Some(value(key, input, "key = \"uuid\"", value::key)?),
            words::HEADER => {
                it.header =
                    Some(value(key, input, "header = \"Idempotency-Key\"", <LitStr as Parse>::parse)?);
            }
            words::REPLAY_HEADER => {
                let form = "replay_header = \"Idempotency-Replayed\"";
                it.replay_header = Some(value(key, input, form, value::replay_header)?);
            }
            words::REPLAY_HEADER_ON_FRESH => {
                it.replay_header_on_fresh = flag("replay_header_on_fresh = true")?;
            }
            words::ECHO_KEY => it.echo_key = flag("echo_key = false")?,
            words::TELL_EXPIRY => it.tell_expiry = flag("tell_expiry = true")?,
            words::AUDIT => it.audit = flag("audit = false")?,
            words::FINGERPRINT => {
                it.fingerprint = Some(value(key, input, "fingerprint = \"raw\"", value::fingerprint)?);
            }
            words::FINGERPRINT_HEADERS => {
                it.fingerprint_headers = headers("fingerprint_headers(\"X-Account\")")?;
            }
            words::STORE_HEADERS => it.store_headers = headers("store_headers(\"X-Request-Id\")")?,
            _ => it.drop_headers = headers("drop_headers(\"X-Debug\")")?,
        }
        Ok(())
    });
    it
}

fn scope_type(input: ParseStream<'_>) -> syn::Result<Type> {
    match input.fork().parse::<Lit>() {
        Ok(literal) => Err(endpoint_messages::scope_not_a_type(&literal)),
        Err(_) => input.parse(),
    }
}

fn authorize_type(input: ParseStream<'_>) -> syn::Result<Type> {
    match input.fork().parse::<Lit>() {
        Ok(literal) => Err(messages::authorize_not_a_type(&literal)),
        Err(_) => input.parse(),
    }
}
