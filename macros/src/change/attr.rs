//! What the user wrote.

use crate::diag::{Sink, change_messages as messages, version_messages};
use crate::syntax::args::{self, Arg, value};
use crate::syntax::literals::DateLit;
use crate::syntax::words;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Ident, Lit, LitStr, Meta, Path, Token};

pub(crate) struct Change {
    pub(crate) ident: Ident,
    /// The name of the attribute, `change`.
    pub(crate) name: Ident,
    pub(crate) timeline: Path,
    pub(crate) date: Option<DateLit>,
    pub(crate) note: Option<Arg<LitStr>>,
    /// The text of the doc comment.
    pub(crate) doc: String,
}

pub(crate) fn read(input: &DeriveInput, sink: &mut Sink) -> Option<Change> {
    let ident = &input.ident;
    let Data::Struct(item) = &input.data else {
        sink.push(messages::not_a_struct(ident));
        return None;
    };
    if !matches!(item.fields, Fields::Unit) {
        sink.error(&item.fields, messages::fields(ident));
        return None;
    }
    if !input.generics.params.is_empty() {
        sink.error(&input.generics.params, messages::GENERICS);
        return None;
    }
    let mut attributes = input.attrs.iter().filter(|attribute| attribute.path().is_ident(words::CHANGE));
    let Some(attribute) = attributes.next() else {
        sink.push(messages::without_attribute(ident));
        return None;
    };
    if let Some(second) = attributes.next() {
        sink.error(second.path(), version_messages::repeated_attribute(words::CHANGE));
    }
    let name = attribute.path().get_ident()?.clone();
    let Meta::List(list) = &attribute.meta else {
        sink.push(messages::without_timeline(name.span()));
        return None;
    };
    let (timeline, rest) = sink.ok(timeline_first(&name).parse2(list.tokens.clone()))?;
    let (mut date, mut note) = (None, None);
    args::parse(rest, words::CHANGE, &[words::IN, words::NOTE], sink, |key, input| {
        if key == words::IN {
            date = Some(value(key, input, "in = \"2025-09-30\"", DateLit::parse)?.value);
        } else {
            note = Some(value(key, input, "note = \"Prices include tax.\"", Parse::parse)?);
        }
        Ok(())
    });
    Some(Change { ident: ident.clone(), name, timeline, date, note, doc: doc(&input.attrs) })
}

/// The timeline stands first, without a key; what follows it are arguments.
fn timeline_first(name: &Ident) -> impl Parser<Output = (Path, TokenStream)> + '_ {
    move |input: ParseStream<'_>| {
        let at = input.cursor().token_tree().map_or_else(|| name.span(), |(token, _)| token.span());
        let is_argument = input.peek(Ident::peek_any) && input.peek2(Token![=]);
        if is_argument || input.is_empty() {
            return Err(messages::without_timeline(at));
        }
        let timeline = input.call(Path::parse_mod_style).map_err(|_| messages::without_timeline(at))?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(messages::timeline_without_comma(input.span(), &timeline));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((timeline, input.parse::<TokenStream>()?))
    }
}

/// The doc comment as one text, without the space in front of each line.
fn doc(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        match &attribute.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    });
    let lines: Vec<String> =
        lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}
