//! How the members of an enum are told apart on the wire.

use super::super::serde_attrs;
use crate::diag::messages::variants as messages;
use crate::syntax::words;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Token, parse_quote};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tagging {
    External,
    Internal { tag: String },
    Adjacent { tag: String, content: String },
    Untagged,
}

impl Tagging {
    /// What the attributes of the enum say.
    pub(super) fn of(attrs: &[Attribute]) -> Self {
        let entries: Vec<_> =
            attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE)).collect();
        let value = |key: &str| {
            let entry = entries.iter().find(|entry| entry.key == key);
            entry.and_then(serde_attrs::Entry::literal).map(|literal| literal.value())
        };
        match (value(words::TAG), value(words::CONTENT)) {
            (Some(tag), Some(content)) => Self::Adjacent { tag, content },
            (Some(tag), None) => Self::Internal { tag },
            _ if entries.iter().any(|entry| entry.key == words::UNTAGGED) => Self::Untagged,
            _ => Self::External,
        }
    }

    /// `tag = "t"`, `tag = "t", content = "c"`, `untagged` or `external`.
    pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse()?;
        let tagging = if key == words::UNTAGGED {
            Self::Untagged
        } else if key == words::EXTERNAL {
            Self::External
        } else if key == words::TAG {
            let tag = text(input)?;
            let more = input.peek(Token![,]) && !input.peek2(syn::parse::End);
            if more {
                input.parse::<Token![,]>()?;
                let key: Ident = input.parse()?;
                if key != words::CONTENT {
                    return Err(messages::unknown_tagging(&key));
                }
                Self::Adjacent { tag, content: text(input)? }
            } else {
                Self::Internal { tag }
            }
        } else {
            return Err(messages::unknown_tagging(&key));
        };
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
        Ok(tagging)
    }

    /// The attributes of a mirror that is tagged like this.
    pub(super) fn attrs(&self, ident: &Ident, container: &[Attribute]) -> Vec<Attribute> {
        let mut attrs = serde_attrs::without(container, &[words::TAG, words::CONTENT, words::UNTAGGED]);
        match self {
            Self::External => {}
            Self::Internal { tag } => attrs.push(parse_quote!(#[serde(tag = #tag)])),
            Self::Adjacent { tag, content } => {
                attrs.push(parse_quote!(#[serde(tag = #tag, content = #content)]));
            }
            Self::Untagged => attrs.push(parse_quote!(#[serde(untagged)])),
        }
        if !serde_attrs::has(&attrs, "expecting") {
            // What serde says of the user's type, which a mirror has another name than.
            let expecting = match self {
                Self::External => format!("enum {ident}"),
                Self::Internal { .. } => format!("internally tagged enum {ident}"),
                Self::Adjacent { .. } => format!("adjacently tagged enum {ident}"),
                Self::Untagged => format!("data did not match any variant of untagged enum {ident}"),
            };
            attrs.push(parse_quote!(#[serde(expecting = #expecting)]));
        }
        attrs
    }

    /// As it is written in `was(..)`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::External => words::EXTERNAL.to_owned(),
            Self::Internal { tag } => format!("tag = {tag:?}"),
            Self::Adjacent { tag, content } => format!("tag = {tag:?}, content = {content:?}"),
            Self::Untagged => words::UNTAGGED.to_owned(),
        }
    }
}

fn text(input: ParseStream<'_>) -> syn::Result<String> {
    input.parse::<Token![=]>()?;
    Ok(input.parse::<LitStr>()?.value())
}
