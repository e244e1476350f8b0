//! What must hold.

use super::super::expand::{argument_types, holds_opaque};
use super::attr::Idempotent;
use super::authorize;
use super::model::{Policy, Scope};
use super::value::{InProgress, KeyRule, OnExpired, OnLost, ReplayHeader};
use crate::diag::{Sink, endpoint_messages, idempotent_messages as messages};
use crate::names::private;
use crate::syntax::args::Arg;
use crate::syntax::item_fn::Handler;
use crate::syntax::words;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::time::Duration;
use steadfast_core::operation_name;
use syn::spanned::Spanned;
use syn::{Ident, LitInt, LitStr, ReturnType, Type};

/// How long a claim lasts without a sign of life.
const DEFAULT_LEASE: Duration = Duration::from_mins(1);

/// The longest that a request may wait for its twin: beyond it, gateways and clients have given up.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

pub(crate) fn check(
    it: Idempotent,
    method: &Ident,
    path: &LitStr,
    handler: &Handler,
    sink: &mut Sink,
) -> Option<Policy> {
    // #[get("/a")] #[idempotent(ttl = "24h", scope = none)]
    if ["get", "head", "options"].iter().any(|safe| method == safe) {
        sink.push(endpoint_messages::idempotent_safe_method(&it.name, method));
        return None;
    }
    let reported = !sink.is_clean();
    match (&it.ttl, &it.scope) {
        _ if reported => {}
        // #[idempotent]
        (None, None) => sink.push(endpoint_messages::without_ttl_and_scope(&it.name)),
        // #[idempotent(scope = Merchant)]
        (None, Some(_)) => sink.push(endpoint_messages::without_ttl(&it.name)),
        // #[idempotent(ttl = "24h")]
        (Some(_), None) => sink.push(endpoint_messages::without_scope(&it.name)),
        (Some(_), Some(_)) => {}
    }
    // #[idempotent(ttl = "24h", scope = none)] async fn upload(form: Multipart) {}
    if it.fingerprint.is_none()
        && let Some(ty) = argument_types(handler).into_iter().find(|ty| is_multipart(ty))
    {
        sink.push(messages::multipart_without_fingerprint(ty));
    }
    let mut options = Options(Vec::new());
    let recover = options.read(&it, sink);
    let (ttl, scope) = (it.ttl?.value, it.scope?.value);
    // #[idempotent(ttl = "30s", lease = "60s", scope = Merchant)]
    match &it.lease {
        Some(lease) if lease.value.duration >= ttl.duration => {
            sink.push(endpoint_messages::lease_not_shorter(&lease.value, &ttl));
        }
        None if DEFAULT_LEASE >= ttl.duration => {
            sink.push(endpoint_messages::ttl_not_longer_than_default_lease(&ttl));
        }
        _ => {}
    }
    // #[idempotent(ttl = "24h", scope = none, operation = "")]
    if let Some(operation) = &it.operation
        && operation.value.value().is_empty()
    {
        sink.push(endpoint_messages::empty_operation(&operation.value));
    }
    let scope_span = scope.span();
    let scope = match &scope {
        Type::Path(path) if path.path.is_ident(words::NONE) => Scope::None(path.path.span()),
        Type::Path(path) if path.path.is_ident(words::GLOBAL) => Scope::Global,
        _ => Scope::Extractor(Box::new(scope)),
    };
    // What could not be read may have been `authorize(..)`.
    let authorize =
        if reported { Vec::new() } else { authorize::check(it.authorize, &scope, scope_span, sink) };
    if !authorize.is_empty() {
        let names = authorize::names(&authorize);
        options.set("authorize", quote!(&[#(#names),*]));
    }
    let word = it.fingerprint.as_ref().map(|arg| &arg.value);
    let whole_body = word.filter(|word| ["raw", words::MULTIPART].contains(&&*word.value())).cloned();
    let named = it.operation.is_some();
    let (text, span) = match &it.operation {
        Some(operation) => (operation.value.value(), operation.value.span()),
        None => (format!("{} {}", method.to_string().to_uppercase(), path.value()), path.span()),
    };
    let operation = LitStr::new(&operation_name(&text), span);
    let without_store = it.on_store_down.filter(|down| down.value.value() == words::EXECUTE);
    // It has no claim that could lapse, run without the store, or be taken over to find out how it ended.
    let recovers = it.on_lost.filter(|lost| matches!(lost.value, OnLost::Recover(_)));
    let keys = [
        it.lease.as_ref().map(|lease| &lease.key),
        without_store.as_ref().map(|down| &down.key),
        recovers.as_ref().map(|lost| &lost.key),
    ];
    // #[idempotent(.., replay = reference(Payments))] async fn pay() -> impl IntoResponse {}
    if let Some(replay) = &it.replay
        && let Some(error) = unnamed_answer(replay, handler)
    {
        sink.push(error);
    }
    let not_joined = keys.into_iter().flatten().cloned().collect();
    let lease = it.lease.map_or(DEFAULT_LEASE, |lease| lease.value.duration);
    Some(Policy {
        ttl: ttl.duration,
        lease,
        scope,
        authorize,
        operation,
        named,
        recover,
        reference: it.replay.map(|replay| replay.value),
        options: options.0,
        whole_body,
        not_joined,
    })
}

/// The field of the format of keys.
const KEY_FORMAT: &str = "key_format";

/// The options that are set, as fields and values.
struct Options(Vec<(Ident, TokenStream)>);

impl Options {
    fn set(&mut self, field: &str, value: TokenStream) {
        self.0.push((Ident::new(field, Span::call_site()), value));
    }

    fn some(&mut self, field: &str, value: &TokenStream) {
        self.set(field, quote!(::core::option::Option::Some(#value)));
    }

    /// Reads everything but the extractor of a recovery, which is returned.
    fn read(&mut self, it: &Idempotent, sink: &mut Sink) -> Option<Box<Type>> {
        let p = private();
        if let Some(arg) = &it.in_progress {
            match &arg.value {
                InProgress::Wait(wait) => {
                    // #[idempotent(.., in_progress = wait("1h"))]
                    if wait.duration > LONGEST_WAIT {
                        sink.push(messages::long_wait(wait));
                    }
                    self.some("in_progress", &quote!(#p::InProgress::Wait(#wait)));
                }
                InProgress::Status(status) => {
                    let choices =
                        [("409", "Conflict"), ("425", "TooEarly"), ("423", "Locked"), ("202", "Accepted")];
                    self.choose("in_progress", "InProgress", status, &choices, "wait(\"5s\")", sink);
                }
            }
        }
        if let Some(arg) = &it.errors {
            let choices = [("retry", "Retry"), ("replay", "Replay"), ("2xx-only", "SuccessOnly")];
            self.choose("errors", "Errors", &arg.value, &choices, "", sink);
        }
        self.statuses("keep", it.keep.as_ref(), None, sink);
        self.statuses("free", it.free.as_ref(), it.keep.as_ref(), sink);
        if let Some(arg) = &it.on_expired {
            match &arg.value {
                OnExpired::Refuse(remember) => {
                    self.some("on_expired", &quote!(#p::OnExpired::Refuse(#remember)));
                }
                OnExpired::Word(word) => {
                    let choices = [("refuse-old", "RefuseOld"), ("execute", "Execute")];
                    self.choose("on_expired", "OnExpired", word, &choices, "refuse(\"30days\")", sink);
                }
            }
        }
        if let Some(arg) = &it.on_store_down {
            let choices = [("refuse", "Refuse"), (words::EXECUTE, "Execute")];
            self.choose("on_store_down", "OnStoreDown", &arg.value, &choices, "", sink);
        }
        self.key(it.key.as_ref(), sink);
        if let Some(arg) = &it.header {
            self.header("header", &arg.value, sink);
        }
        match it.replay_header.as_ref().map(|arg| &arg.value) {
            Some(ReplayHeader::Name(name)) => self.header("replay_header", name, sink),
            Some(ReplayHeader::None) => self.some("replay_header", &quote!("")),
            None => {}
        }
        for (field, arg) in [
            ("replay_header_on_fresh", &it.replay_header_on_fresh),
            ("echo_key", &it.echo_key),
            ("tell_expiry", &it.tell_expiry),
            ("audit", &it.audit),
        ] {
            if let Some(Arg { value, .. }) = arg {
                self.some(field, &quote!(#value));
            }
        }
        self.fingerprint(it.fingerprint.as_ref(), it.fingerprint_headers.as_ref(), sink);
        self.headers("store_headers", it.store_headers.as_ref(), None, sink);
        self.headers("drop_headers", it.drop_headers.as_ref(), it.store_headers.as_ref(), sink);
        match it.on_lost.as_ref().map(|arg| &arg.value) {
            Some(OnLost::Recover(recover)) => {
                self.some("on_lost", &quote!(#p::OnLost::Recover));
                Some(recover.clone())
            }
            Some(OnLost::Word(word)) => {
                let choices = [("reexecute", "Reexecute"), ("hold", "Hold")];
                self.choose("on_lost", "OnLost", word, &choices, "recover(AskBank)", sink);
                None
            }
            None => None,
        }
    }

    /// The variant that a text names; `other` is what may be written in place of a text. A field is called as its option
    /// is, but for that of the format of keys.
    fn choose(
        &mut self,
        field: &str,
        of: &str,
        text: &LitStr,
        choices: &[(&str, &str)],
        other: &str,
        sink: &mut Sink,
    ) {
        let p = private();
        let option = if field == KEY_FORMAT { words::KEY } else { field };
        let of = Ident::new(of, Span::call_site());
        if let Some((_, variant)) = choices.iter().find(|(word, _)| text.value() == *word) {
            let variant = Ident::new(variant, Span::call_site());
            self.some(field, &quote!(#p::#of::#variant));
        } else {
            // #[idempotent(.., errors = "always")]
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            sink.push(messages::unknown_choice(option, text, &words, other));
        }
    }

    fn statuses(
        &mut self,
        field: &str,
        list: Option<&Arg<Vec<LitInt>>>,
        other: Option<&Arg<Vec<LitInt>>>,
        sink: &mut Sink,
    ) {
        let Some(Arg { value, .. }) = list else { return };
        let others = other.map_or(&[][..], |other| &other.value);
        let mut seen: Vec<u16> = Vec::new();
        for literal in value {
            match literal.base10_parse::<u16>() {
                // #[idempotent(.., keep(402), free(402))]
                Ok(status) if others.iter().any(|other| other.base10_parse().ok() == Some(status)) => {
                    sink.push(messages::kept_and_freed(literal, status));
                }
                // #[idempotent(.., keep(402, 402))]
                Ok(status) if seen.contains(&status) => sink.push(messages::status_twice(literal, status)),
                Ok(status @ 200..=599) => seen.push(status),
                // #[idempotent(.., keep(1000))]
                _ => sink.push(messages::not_a_final_status(literal)),
            }
        }
        self.set(field, quote!(&[#(#value),*]));
    }

    fn key(&mut self, key: Option<&Arg<KeyRule>>, sink: &mut Sink) {
        let Some(Arg { value: KeyRule { optional, format }, .. }) = key else { return };
        let p = private();
        if optional.is_some() {
            self.some("key_required", &quote!(false));
        }
        let Some(format) = format else { return };
        if let Some(pattern) = format.value().strip_prefix(words::REGEX) {
            // #[idempotent(.., key = "regex:[")]
            match regex_lite::Regex::new(pattern) {
                Ok(_) => self.some("key_format", &quote!(#p::KeyFormat::Pattern(#pattern))),
                Err(error) => sink.push(messages::bad_pattern(format, &error)),
            }
            return;
        }
        let choices = [
            ("any", "Any"),
            ("uuid", "Uuid"),
            ("uuidv7", "UuidV7"),
            ("ulid", "Ulid"),
            ("sf-string", "StructuredString"),
        ];
        self.choose(KEY_FORMAT, "KeyFormat", format, &choices, "\"regex:[a-z0-9]{16}\"", sink);
    }

    fn fingerprint(
        &mut self,
        body: Option<&Arg<LitStr>>,
        headers: Option<&Arg<Vec<LitStr>>>,
        sink: &mut Sink,
    ) {
        if body.is_none() && headers.is_none() {
            return;
        }
        let p = private();
        let body = match body.map(|arg| (&arg.value, arg.value.value())) {
            None => quote!(#p::Selection::Json),
            Some((word, text)) => match &*text {
                "json" => quote!(#p::Selection::Json),
                "raw" => quote!(#p::Selection::Raw),
                words::MULTIPART => quote!(#p::Selection::MULTIPART),
                // #[idempotent(.., fingerprint = "jcs")]
                "jcs" => return sink.push(messages::numbers_of_the_type(word)),
                // #[idempotent(.., fingerprint = "sha1")]
                _ => {
                    let choices = ["json", "raw", words::MULTIPART];
                    return sink.push(messages::unknown_choice("fingerprint", word, &choices, ""));
                }
            },
        };
        let mut names: Vec<LitStr> = Vec::new();
        for name in headers.map_or(&[][..], |headers| &headers.value) {
            if !is_header_name(&name.value()) {
                sink.push(messages::not_a_header(name));
            }
            names.push(LitStr::new(&name.value().to_ascii_lowercase(), name.span()));
        }
        let form = quote!(#p::FingerprintForm { body: #body, headers: &[#(#names),*] });
        self.some("fingerprint", &form);
    }

    fn header(&mut self, field: &str, name: &LitStr, sink: &mut Sink) {
        // #[idempotent(.., header = "Idempotency Key")]
        if !is_header_name(&name.value()) {
            sink.push(messages::not_a_header(name));
        }
        self.some(field, &quote!(#name));
    }

    fn headers(
        &mut self,
        field: &str,
        list: Option<&Arg<Vec<LitStr>>>,
        other: Option<&Arg<Vec<LitStr>>>,
        sink: &mut Sink,
    ) {
        let Some(Arg { value, .. }) = list else { return };
        let others = other.map_or(&[][..], |other| &other.value);
        for name in value {
            let text = name.value();
            if !is_header_name(&text) {
                sink.push(messages::not_a_header(name));
            // #[idempotent(.., store_headers("a"), drop_headers("a"))]
            } else if others.iter().any(|other| other.value().eq_ignore_ascii_case(&text)) {
                sink.push(messages::stored_and_dropped(name));
            }
        }
        self.set(field, quote!(&[#(#value),*]));
    }
}

/// Of an answer without a type that can be named it is not known whether it gives an id.
fn unnamed_answer(replay: &Arg<Box<Type>>, handler: &Handler) -> Option<syn::Error> {
    match &handler.sig.output {
        ReturnType::Default => Some(messages::reference_without_answer(&replay.key)),
        ReturnType::Type(_, answer) if holds_opaque(quote!(#answer)) => {
            Some(messages::reference_of_unnamed(answer))
        }
        ReturnType::Type(..) => None,
    }
}

/// Whether a type is called as the extractors of `multipart/form-data` are. By its name: they are in several crates, and
/// in features of theirs that this one cannot see.
fn is_multipart(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "Multipart" || last.ident == "TypedMultipart")
}

/// Whether a text is a token of RFC 9110 section 5.6.2, as the names of headers are.
fn is_header_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
