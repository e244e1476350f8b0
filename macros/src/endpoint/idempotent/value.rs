//! The values of options: a text, or a word with something in parentheses.

use crate::diag::idempotent_messages as messages;
use crate::syntax::literals::DurationLit;
use crate::syntax::words;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Type};

pub(crate) enum InProgress {
    Status(LitStr),
    Wait(DurationLit),
}

pub(crate) enum OnLost {
    Word(LitStr),
    Recover(Box<Type>),
}

pub(crate) enum OnExpired {
    Word(LitStr),
    Refuse(DurationLit),
}

pub(crate) struct KeyRule {
    /// Whether `optional` was written.
    pub(crate) optional: Option<Ident>,
    pub(crate) format: Option<LitStr>,
}

pub(crate) enum ReplayHeader {
    Name(LitStr),
    None,
}

pub(super) fn fingerprint(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    let word: Ident = input.parse()?;
    // fingerprint = fields("/amount")
    if word == words::FIELDS || word == words::SKIP {
        return Err(messages::fields_of_the_type(&word));
    }
    Err(messages::not_a_value(&word, &["fingerprint = \"raw\""]))
}

pub(super) fn in_progress(input: ParseStream<'_>) -> syn::Result<InProgress> {
    if input.peek(LitStr) {
        return input.parse().map(InProgress::Status);
    }
    let wait = word(input, &[words::WAIT], &["in_progress = \"425\"", "in_progress = wait(\"5s\")"])?;
    within(input, &wait, "wait(\"5s\")", DurationLit::parse).map(InProgress::Wait)
}

pub(super) fn on_lost(input: ParseStream<'_>) -> syn::Result<OnLost> {
    if input.peek(LitStr) {
        return input.parse().map(OnLost::Word);
    }
    let recover = word(input, &[words::RECOVER], &["on_lost = \"hold\"", "on_lost = recover(AskBank)"])?;
    within(input, &recover, "recover(AskBank)", |input| input.parse().map(Box::new)).map(OnLost::Recover)
}

pub(super) fn replay(input: ParseStream<'_>) -> syn::Result<Box<Type>> {
    let reference = word(input, &[words::REFERENCE], &["replay = reference(Payments)"])?;
    within(input, &reference, "reference(Payments)", |input| input.parse().map(Box::new))
}

pub(super) fn on_expired(input: ParseStream<'_>) -> syn::Result<OnExpired> {
    if input.peek(LitStr) {
        return input.parse().map(OnExpired::Word);
    }
    let refuse =
        word(input, &[words::REFUSE], &["on_expired = \"execute\"", "on_expired = refuse(\"30days\")"])?;
    within(input, &refuse, "refuse(\"30days\")", DurationLit::parse).map(OnExpired::Refuse)
}

pub(super) fn key(input: ParseStream<'_>) -> syn::Result<KeyRule> {
    if input.peek(LitStr) {
        return Ok(KeyRule { optional: None, format: Some(input.parse()?) });
    }
    let optional = word(input, &[words::OPTIONAL], &["key = \"uuid\"", "key = optional"])?;
    let format = if input.peek(syn::token::Paren) {
        Some(within(input, &optional, "optional(\"uuid\")", <LitStr as Parse>::parse)?)
    } else {
        None
    };
    Ok(KeyRule { optional: Some(optional), format })
}

pub(super) fn replay_header(input: ParseStream<'_>) -> syn::Result<ReplayHeader> {
    if input.peek(LitStr) {
        return input.parse().map(ReplayHeader::Name);
    }
    word(input, &[words::NONE], &["replay_header = \"Idempotency-Replayed\"", "replay_header = none"])
        .map(|_| ReplayHeader::None)
}

/// One of the words; `forms` are what else may be meant.
fn word(input: ParseStream<'_>, accepted: &[&str], forms: &[&str]) -> syn::Result<Ident> {
    let word: Ident = input.parse()?;
    if accepted.iter().any(|accepted| word == accepted) {
        Ok(word)
    } else {
        Err(messages::not_a_value(&word, forms))
    }
}

/// What stands in parentheses behind a word.
fn within<T>(
    input: ParseStream<'_>,
    word: &Ident,
    form: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    if !input.peek(syn::token::Paren) {
        return Err(messages::without_parentheses(word, form));
    }
    let content;
    syn::parenthesized!(content in input);
    if content.is_empty() {
        return Err(messages::without_parentheses(word, form));
    }
    let value = read(&content);
    let rest: proc_macro2::TokenStream = content.parse()?;
    let value = value?;
    match rest.into_iter().next() {
        None => Ok(value),
        Some(extra) => Err(messages::more_than_one(&extra, form)),
    }
}
