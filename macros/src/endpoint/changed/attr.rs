//! What the user wrote.

use crate::diag::{Sink, changed_messages as messages};
use crate::syntax::args::{self, Arg, value};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, LitInt, LitStr, Token, Type};

/// One `changed(..)`.
pub(crate) struct Change {
    /// The word `changed`.
    pub(crate) name: Ident,
    pub(crate) date: Option<DateLit>,
    pub(crate) request: Option<Request>,
    pub(crate) response: Option<Response>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) headers: Vec<Header>,
    pub(crate) note: Option<LitStr>,
    /// Whether an error in it has been reported, so that it may lack what it seems to lack.
    pub(crate) reported: bool,
}

/// `request(was(..), into(..), upgrade = ..)`.
pub(crate) struct Request {
    pub(crate) key: Ident,
    pub(crate) was: Option<Vec<Type>>,
    pub(crate) into: Option<Vec<Type>>,
    pub(crate) upgrade: Option<Expr>,
}

/// `response(downgrade = ..)`.
pub(crate) struct Response {
    pub(crate) key: Ident,
    pub(crate) downgrade: Option<Expr>,
}

/// `status(201, was = 200)`.
pub(crate) struct Status {
    pub(crate) new: LitInt,
    pub(crate) old: LitInt,
}

/// `header("Total-Count", was = "X-Total")`; without the second, `was = none`.
pub(crate) struct Header {
    pub(crate) new: LitStr,
    pub(crate) old: Option<LitStr>,
}

const STATUS: &str = "status(201, was = 200)";
const HEADER: &str = "header(\"Total-Count\", was = \"X-Total\")";

impl Change {
    /// Takes what is in the parentheses of `changed(..)`.
    pub(crate) fn take(name: &Ident, input: ParseStream<'_>) -> syn::Result<(Ident, TokenStream)> {
        Ok((name.clone(), parenthesised(name, input, "changed(in = \"2024-12-18\", ..)")?))
    }

    pub(crate) fn read(name: Ident, tokens: TokenStream, sink: &mut Sink) -> Self {
        let errors_before = sink.len();
        let mut change = Self {
            name,
            date: None,
            request: None,
            response: None,
            statuses: Vec::new(),
            headers: Vec::new(),
            note: None,
            reported: false,
        };
        let (mut request, mut response) = (None, None);
        let accepted =
            [words::IN, words::REQUEST, words::RESPONSE, words::STATUS, words::HEADER, words::NOTE];
        let repeated = [words::STATUS, words::HEADER];
        args::parse_repeated(tokens, words::CHANGED, &accepted, &repeated, sink, |key, input| {
            if key == words::IN {
                change.date = Some(value(key, input, "in = \"2024-12-18\"", DateLit::parse)?.value);
            } else if key == words::REQUEST {
                let form = "request(was(Query<Old>), into(Query<New>), upgrade = path)";
                request = Some((key.clone(), parenthesised(key, input, form)?));
            } else if key == words::RESPONSE {
                response = Some((key.clone(), parenthesised(key, input, "response(downgrade = path)")?));
            } else if key == words::STATUS {
                let tokens = parenthesised(key, input, STATUS)?;
                change.statuses.push(read_part(key, STATUS, tokens, Status::parse)?);
            } else if key == words::HEADER {
                let tokens = parenthesised(key, input, HEADER)?;
                change.headers.push(read_part(key, HEADER, tokens, Header::parse)?);
            } else {
                change.note =
                    Some(value(key, input, "note = \"Answers carry a total.\"", Parse::parse)?.value);
            }
            Ok(())
        });
        change.request = request.map(|(key, tokens)| Request::read(key, tokens, sink));
        change.response = response.map(|(key, tokens)| Response::read(key, tokens, sink));
        change.reported = sink.len() > errors_before;
        change
    }
}

impl Request {
    fn read(key: Ident, tokens: TokenStream, sink: &mut Sink) -> Self {
        let mut request = Self { key, was: None, into: None, upgrade: None };
        let accepted = [words::WAS, words::INTO, words::UPGRADE];
        args::parse(tokens, words::REQUEST, &accepted, sink, |key, input| {
            if key == words::WAS {
                request.was = Some(types(key, input, "was(Query<Old>)")?);
            } else if key == words::INTO {
                request.into = Some(types(key, input, "into(Query<New>)")?);
            } else {
                request.upgrade = Some(value(key, input, "upgrade = path", Parse::parse)?.value);
            }
            Ok(())
        });
        request
    }
}

impl Response {
    fn read(key: Ident, tokens: TokenStream, sink: &mut Sink) -> Self {
        let mut response = Self { key, downgrade: None };
        args::parse(tokens, words::RESPONSE, &[words::DOWNGRADE], sink, |key, input| {
            response.downgrade = Some(value(key, input, "downgrade = path", Parse::parse)?.value);
            Ok(())
        });
        response
    }
}

impl Status {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let new = input.parse()?;
        was(input)?;
        Ok(Self { new, old: input.parse()? })
    }
}

impl Header {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let new = input.parse()?;
        was(input)?;
        let none = input.fork().parse::<Ident>().is_ok_and(|word| word == words::NONE);
        if none {
            input.parse::<Ident>()?;
        }
        Ok(Self { new, old: if none { None } else { Some(input.parse()?) } })
    }
}

/// `, was =`.
fn was(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![,]>()?;
    if !input.fork().parse::<Ident>().is_ok_and(|word| word == words::WAS) {
        return Err(input.error("expected `was`"));
    }
    input.parse::<Ident>()?;
    input.parse::<Token![=]>()?;
    Ok(())
}

/// All of a part, with an error that shows the correct form.
fn read_part<T>(
    key: &Ident,
    form: &str,
    tokens: TokenStream,
    read: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    if tokens.is_empty() {
        return Err(crate::diag::messages::missing_list(key, form));
    }
    let whole = |input: ParseStream<'_>| {
        // At the end there is no token that could be at fault.
        let part = read(input).map_err(|error| {
            let span = if input.is_empty() { key.span() } else { error.span() };
            messages::malformed(key, form, span, &error)
        })?;
        input.parse::<Option<Token![,]>>()?;
        match input.cursor().token_tree() {
            None => Ok(part),
            Some((rest, _)) => {
                Err(messages::malformed(key, form, rest.span(), &"nothing is expected behind `was`"))
            }
        }
    };
    whole.parse2(tokens)
}

fn parenthesised(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Result<TokenStream> {
    if !input.peek(syn::token::Paren) {
        return Err(crate::diag::messages::missing_list(key, form));
    }
    let content;
    syn::parenthesized!(content in input);
    content.parse()
}

fn types(key: &Ident, input: ParseStream<'_>, form: &str) -> syn::Result<Vec<Type>> {
    let empty = |key: &Ident| messages::empty_types(key, form);
    let Arg { key: _, value } = args::list(key, input, form, Type::parse, empty)?;
    Ok(value)
}
