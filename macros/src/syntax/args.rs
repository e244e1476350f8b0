use crate::diag::{Sink, messages};
use proc_macro2::{TokenStream, TokenTree};
use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

/// One `key = value`: both spans are kept, so that an error can point at either.
#[derive(Clone)]
pub(crate) struct Arg<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// Reads `key …, key …` and calls `each` with every key that is accepted and new, to read what follows it.
///
/// Unknown and repeated keys are errors at the key; after an error the reading goes on behind the next comma.
pub(crate) fn parse(
    tokens: TokenStream,
    attribute: &str,
    accepted: &[&str],
    sink: &mut Sink,
    each: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    parse_repeated(tokens, attribute, accepted, &[], sink, each);
}

/// As [`parse`], where some keys may stand more than once.
pub(crate) fn parse_repeated(
    tokens: TokenStream,
    attribute: &str,
    accepted: &[&str],
    repeated: &[&str],
    sink: &mut Sink,
    each: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let errors_before = sink.len();
    let parsed = (|input: ParseStream<'_>| {
        parse_list(input, attribute, accepted, repeated, sink, each);
        Ok(())
    })
    .parse2(tokens);
    // `parse_list` reads everything, but a nested list that could not be read leaves tokens behind. Its own error has
    // been recorded then.
    if let Err(error) = parsed
        && sink.len() == errors_before
    {
        sink.push(error);
    }
}

fn parse_list(
    input: ParseStream<'_>,
    attribute: &str,
    accepted: &[&str],
    repeated: &[&str],
    sink: &mut Sink,
    mut each: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    let mut seen: Vec<Ident> = Vec::new();
    while !input.is_empty() {
        let step = (|| {
            if let Some(value) = input.cursor().literal() {
                return Err(messages::value_without_key(&value.0, attribute, accepted));
            }
            let key = Ident::parse_any(input)?;
            if !accepted.iter().any(|word| key == word) {
                return Err(messages::unknown_argument(&key, attribute, accepted));
            }
            if seen.contains(&key) && !repeated.iter().any(|word| key == word) {
                return Err(messages::repeated_argument(&key, attribute));
            }
            seen.push(key.clone());
            each(&key, input)?;
            if !input.is_empty() && !input.peek(syn::Token![,]) {
                return Err(input.error(format_args!(
                    "expected `,` after `{key}`\nhelp: separate the arguments of `{attribute}` with commas"
                )));
            }
            Ok(())
        })();
        let failed = sink.ok(step).is_none();
        // To the next comma: past the rest of a value that could not be read, or just past the comma.
        while !input.is_empty() {
            match input.parse::<TokenTree>() {
                Ok(TokenTree::Punct(punct)) if punct.as_char() == ',' => break,
                Ok(_) if failed => {}
                _ => break,
            }
        }
    }
}

/// `(item, item)`, at least one; what is empty is an error by `empty`.
pub(crate) fn list<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    read: fn(ParseStream<'_>) -> syn::Result<T>,
    empty: impl FnOnce(&Ident) -> syn::Error,
) -> syn::Result<Arg<Vec<T>>> {
    if !input.peek(syn::token::Paren) {
        return Err(messages::missing_list(key, form));
    }
    let content;
    syn::parenthesized!(content in input);
    let items = content.parse_terminated(read, syn::Token![,]);
    // What is left behind an error would be a second one.
    content.parse::<TokenStream>()?;
    let value: Vec<T> = items
        .map_err(|error| {
            // An error of ours already says what is expected.
            if error.to_string().contains("help:") {
                error
            } else {
                messages::malformed_value(key, form, error.span(), &error)
            }
        })?
        .into_iter()
        .collect();
    if value.is_empty() {
        return Err(empty(key));
    }
    Ok(Arg { key: key.clone(), value })
}

/// The error of `key = "value"`, or of a bare `key`, where `form` has `key(value)`.
pub(crate) fn not_in_parentheses(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Error {
    let input = input.fork();
    let text = input.parse::<syn::Token![=]>().and_then(|_| input.parse::<syn::LitStr>());
    match text.and_then(|text| text.parse::<Ident>()) {
        // What is written there is the name that is meant.
        Ok(name) => messages::missing_parentheses(key, &form.replacen("name", &name.to_string(), 1)),
        Err(_) => messages::missing_parentheses(key, form),
    }
}

/// `= value`, with an error that shows the correct form.
pub(crate) fn value<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Arg<T>> {
    if !input.peek(syn::Token![=]) {
        return Err(messages::missing_value(key, form));
    }
    input.parse::<syn::Token![=]>()?;
    let at = input.cursor();
    match read(input) {
        Ok(value) => Ok(Arg { key: key.clone(), value }),
        // An error of ours already says what is expected.
        Err(error) if error.to_string().contains("help:") => Err(error),
        Err(error) => {
            let span = at.token_tree().map_or_else(|| key.span(), |(token, _)| token.span());
            Err(messages::malformed_value(key, form, span, &error))
        }
    }
}
