//! The shapes that need no mirror: what serde would derive for them, the runtime does by their names alone.
//!
//! A mirror is most of what a shape costs the compiler. Whoever adds an attribute here must teach the runtime what it
//! means; every other attribute, and every one that is not written as serde wants it, leaves the shape to serde.

use super::expand::changes::cased;
use super::model::{Column, ColumnId, Model};
use crate::syntax::words;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Token};

/// What is to be done with a shape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Read,
    Write,
}

/// A struct whose attributes mean nothing but names, defaults and omissions.
pub(super) struct Plain {
    pub(super) name: String,
    pub(super) expecting: String,
    /// Whether unknown names are refused.
    pub(super) is_closed: bool,
    pub(super) columns: Vec<PlainColumn>,
}

pub(super) struct PlainColumn {
    pub(super) id: ColumnId,
    /// On the wire.
    pub(super) name: String,
    pub(super) default: Option<Default>,
    pub(super) skip_if: Option<ExprPath>,
}

/// Where the value of an absent column comes from.
pub(super) enum Default {
    Trait,
    Function(ExprPath),
}

impl Plain {
    /// The shape of these columns, if it is plain.
    pub(super) fn of(model: &Model, columns: &[ColumnId], direction: Direction) -> Option<Self> {
        // A tuple is written in ways of its own. Lists of more pairs than this come near the limit of recursion.
        if (model.is_tuple && !model.is_transparent) || columns.len() > 48 {
            return None;
        }
        let container = Container::read(&model.attrs)?;
        let name = container.name.clone().unwrap_or_else(|| model.ident.unraw().to_string());
        let columns = columns.iter().map(|id| column(*id, model.history.column(*id), &container, direction));
        let columns = columns.collect::<Option<_>>()?;
        let expecting = container.expecting.unwrap_or_else(|| format!("struct {name}"));
        Some(Self { name, expecting, is_closed: container.is_closed, columns })
    }
}

#[derive(std::default::Default)]
struct Container {
    name: Option<String>,
    rule: Option<String>,
    expecting: Option<String>,
    is_closed: bool,
}

/// The rules of serde by which names are made.
const RULES: [&str; 8] = [
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

impl Container {
    fn read(attrs: &[Attribute]) -> Option<Self> {
        let mut container = Self::default();
        entries(attrs, |entry, word| {
            match word {
                words::RENAME => once(&mut container.name, text(entry)?),
                words::RENAME_ALL => once(&mut container.rule, text(entry)?),
                "expecting" => once(&mut container.expecting, text(entry)?),
                "deny_unknown_fields" => {
                    container.is_closed = true;
                    bare(entry)
                }
                // The model says so too.
                "transparent" => bare(entry),
                // It bounds the implementation, which is ours in any case.
                "bound" => {
                    entry.input.parse::<proc_macro2::TokenStream>()?;
                    Ok(())
                }
                _ => Err(unknown(entry)),
            }
        })?;
        container.rule.iter().all(|rule| RULES.contains(&rule.as_str())).then_some(container)
    }
}

fn column(id: ColumnId, column: &Column, container: &Container, direction: Direction) -> Option<PlainColumn> {
    let (mut name, mut default, mut skip_if) = (None, None, None);
    entries(&column.attrs, |entry, word| match word {
        words::RENAME => once(&mut name, text(entry)?),
        words::DEFAULT if entry.input.peek(Token![=]) => once(&mut default, Default::Function(path(entry)?)),
        words::DEFAULT => {
            bare(entry)?;
            once(&mut default, Default::Trait)
        }
        "skip_serializing_if" => once(&mut skip_if, path(entry)?),
        "serialize_with" if direction == Direction::Read => path(entry).map(drop),
        "deserialize_with" if direction == Direction::Write => path(entry).map(drop),
        "alias" if direction == Direction::Write => text(entry).map(drop),
        "borrow" if direction == Direction::Write => bare(entry),
        _ => Err(unknown(entry)),
    })?;
    let ident = column.ident.unraw().to_string();
    let name = match (name, &container.rule) {
        (Some(name), _) => name,
        (None, Some(_)) if !ident.is_ascii() => return None,
        (None, Some(rule)) => cased(&ident, rule),
        (None, None) => ident,
    };
    Some(PlainColumn { id, name, default, skip_if })
}

/// Reads every entry of `#[serde(..)]`; `None` if one of them is not plain.
fn entries(
    attrs: &[Attribute],
    mut read: impl FnMut(&ParseNestedMeta<'_>, &str) -> syn::Result<()>,
) -> Option<()> {
    for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident(words::SERDE)) {
        let entries = attribute.parse_nested_meta(|entry| {
            let word = entry.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&entry, &word)
        });
        entries.ok()?;
    }
    Some(())
}

// Nobody sees these errors: serde has its own for the same entry.

fn unknown(entry: &ParseNestedMeta<'_>) -> syn::Error {
    entry.error("not plain")
}

fn bare(entry: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if entry.input.is_empty() || entry.input.peek(Token![,]) { Ok(()) } else { Err(unknown(entry)) }
}

fn text(entry: &ParseNestedMeta<'_>) -> syn::Result<String> {
    Ok(entry.value()?.parse::<LitStr>()?.value())
}

fn path(entry: &ParseNestedMeta<'_>) -> syn::Result<ExprPath> {
    entry.value()?.parse::<LitStr>()?.parse()
}

fn once<T>(into: &mut Option<T>, value: T) -> syn::Result<()> {
    match into.replace(value) {
        None => Ok(()),
        Some(_) => Err(syn::Error::new(proc_macro2::Span::call_site(), "twice")),
    }
}
