//! The statements of a history, as written.

use super::claims::{Claim, Claims};
use super::positions;
use crate::diag::{Sink, messages::versioned as messages};
use crate::syntax::args::{self, Arg};
use crate::syntax::literals::DateLit;
use crate::syntax::words::{self, LOSSLESS, LOSSY, NOTE};
use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse as _, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Token, Type, parenthesized};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Changed,
    Renamed,
    Removed,
    Added,
}

impl Verb {
    /// The verb of an attribute, if it is one of ours.
    pub(super) fn of(attribute: &Attribute) -> Option<Self> {
        let word = attribute.path().get_ident()?;
        [Self::Changed, Self::Renamed, Self::Removed, Self::Added]
            .into_iter()
            .find(|verb| word == verb.word())
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Changed => words::CHANGED,
            Self::Renamed => words::RENAMED,
            Self::Removed => words::REMOVED,
            Self::Added => words::ADDED,
        }
    }

    const fn accepted(self) -> &'static [&'static str] {
        match self {
            Self::Changed => {
                &[words::IN, words::WAS, words::INTO, words::UPGRADE, words::DOWNGRADE, NOTE, LOSSLESS, LOSSY]
            }
            Self::Renamed => &[words::IN, words::WAS, words::INTO, NOTE, LOSSLESS, LOSSY],
            Self::Removed => {
                &[words::IN, words::WAS, words::DOWNGRADE, words::DEFAULT, NOTE, LOSSLESS, LOSSY]
            }
            // `was` is refused with its own reason.
            Self::Added => {
                &[words::IN, words::DEFAULT, words::OVERWRITE, words::INTO, words::WAS, NOTE, LOSSLESS, LOSSY]
            }
        }
    }
}

/// One `#[changed(..)]`, `#[renamed(..)]`, `#[removed(..)]` or `#[added(..)]`.
pub(super) struct Statement {
    pub(super) verb: Verb,
    /// Of the word `changed`, `renamed`, ...
    pub(super) span: Span,
    pub(super) date: DateLit,
    pub(super) was: Option<Arg<Vec<WasColumn>>>,
    pub(super) into: Option<Arg<Vec<Ident>>>,
    pub(super) upgrade: Option<Arg<Expr>>,
    pub(super) downgrade: Option<Arg<Expr>>,
    /// `default`, or `default = ..`.
    pub(super) default: Option<Arg<Option<Expr>>>,
    /// `overwrite`: a write by an older client may set the field to the default.
    pub(super) overwrite: Option<Ident>,
    claims: Claims,
}

/// `#[serde(..)] name: Type` in `was(..)`; a `renamed` column has no type.
pub(super) struct WasColumn {
    pub(super) attrs: Vec<Attribute>,
    pub(super) ident: Ident,
    pub(super) ty: Option<Type>,
}

impl Statement {
    /// Reads one attribute; `None` if it has no date, which is then an error. In a tuple struct a column has a position
    /// in place of a name.
    pub(super) fn read(
        verb: Verb,
        attribute: &Attribute,
        position: Option<usize>,
        sink: &mut Sink,
    ) -> Option<Self> {
        let span = attribute.path().get_ident()?.span();
        let (mut date, mut dated) = (None, false);
        let mut overwrite = None;
        let mut claims = Claims::default();
        let (mut was, mut into, mut upgrade, mut downgrade, mut default) = (None, None, None, None, None);
        args::parse(arguments(attribute), verb.word(), verb.accepted(), sink, |key, input| {
            if Claims::accepts(key) {
                claims.read(key, input)?;
            } else if key == words::IN {
                dated = true;
                date = Some(args::value(key, input, "in = \"2024-12-18\"", DateLit::parse)?.value);
            } else if key == words::WAS && verb == Verb::Added {
                list(key, input, "was(name: Type)", WasColumn::parse)?;
                return Err(messages::added_with_was(key));
            } else if key == words::WAS {
                let form = if verb == Verb::Renamed { "was(name)" } else { "was(name: Type)" };
                let columns = match position {
                    Some(position) => positions::was(key, input, position)?,
                    None => list(key, input, form, WasColumn::parse)?,
                };
                if columns.is_empty() {
                    return Err(messages::empty_list(key, form));
                }
                was = Some(Arg { key: key.clone(), value: columns });
            } else if key == words::INTO {
                let value = list(key, input, "into(name, name)", Ident::parse)?;
                if value.is_empty() {
                    return Err(messages::empty_list(key, "into(name, name)"));
                }
                into = Some(Arg { key: key.clone(), value });
            } else if key == words::UPGRADE {
                upgrade = Some(args::value(key, input, "upgrade = path", Expr::parse)?);
            } else if key == words::DOWNGRADE {
                downgrade = Some(args::value(key, input, "downgrade = path", Expr::parse)?);
            } else if key == words::OVERWRITE {
                overwrite = Some(key.clone());
            } else if input.peek(Token![=]) {
                let Arg { key, value } = args::value(key, input, "default = path", Expr::parse)?;
                default = Some(Arg { key, value: Some(value) });
            } else {
                default = Some(Arg { key: key.clone(), value: None });
            }
            Ok(())
        });
        claims.check(verb, default.is_some(), sink);
        if !dated {
            sink.push(messages::missing_date(span, verb.word()));
        }
        Some(Self { verb, span, date: date?, was, into, upgrade, downgrade, default, overwrite, claims })
    }

    /// What holds of the change.
    pub(super) fn claim(&self) -> Claim {
        self.claims.claim(self.verb, self.default.is_some())
    }

    /// The columns of `was(..)`.
    pub(super) fn was(&self) -> &[WasColumn] {
        self.was.as_ref().map_or(&[], |was| &was.value)
    }
}

impl WasColumn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let ident = input.parse()?;
        let ty = if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { attrs, ident, ty })
    }
}

fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        // `#[changed]` and `#[changed = ".."]` lack what every statement needs, and that is what is reported.
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    }
}

pub(super) fn list<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    each: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if !input.peek(syn::token::Paren) {
        return Err(args::not_in_parentheses(key, input, form));
    }
    let content;
    parenthesized!(content in input);
    let columns = Punctuated::<T, Token![,]>::parse_terminated_with(&content, each)
        .map_err(|error| messages::malformed_list(&error, form))?;
    Ok(columns.into_iter().collect())
}
