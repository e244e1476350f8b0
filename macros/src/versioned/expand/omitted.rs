//! Columns that are left out of some texts: of those for records, and of those for fingerprints.

use super::super::model::{ColumnId, Model};
use super::super::serde_attrs;
use super::sensitive::Doubts;
use super::{contains, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, GenericParam, Type, parse_quote};

pub(super) const SKIP_IF: &str = "skip_serializing_if";

/// Which texts a field is left out of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Omitted {
    /// Those for records.
    pub(in super::super) is_sensitive: bool,
    /// Those for fingerprints.
    pub(in super::super) is_skipped: bool,
}

impl Omitted {
    fn of(model: &Model, id: ColumnId) -> Self {
        let column = model.history.column(id);
        Self { is_sensitive: column.is_sensitive, is_skipped: column.is_skipped }
    }

    /// Whether the field is in every text.
    fn is_never(self) -> bool {
        !self.is_sensitive && !self.is_skipped
    }

    /// The attributes of the field in a mirror. `name` tells the field from others of the type.
    pub(in super::super) fn attributes(self, attrs: &[Attribute], name: &str) -> Vec<Attribute> {
        let private = names::private().to_string().replace(' ', "");
        let path = match (skipped_by(attrs), self) {
            (None, Self { is_sensitive: false, is_skipped: false }) => return attrs.to_vec(),
            (None, Self { is_sensitive: true, is_skipped: false }) => format!("{private}::is_sensitive"),
            (None, Self { is_sensitive: false, is_skipped: true }) => format!("{private}::is_uncounted"),
            _ if self.is_never() => return attrs.to_vec(),
            _ => function_name(name).to_string(),
        };
        let mut attrs = serde_attrs::without(attrs, &[SKIP_IF]);
        attrs.push(parse_quote!(#[serde(skip_serializing_if = #path)]));
        if self.is_sensitive {
            attrs.push(parse_quote!(#[schemars(extend("x-sensitive" = true))]));
        }
        attrs
    }

    /// The function that [`attributes`](Self::attributes) names, if there is one for the field.
    pub(in super::super) fn function(
        self,
        model: &Model,
        attrs: &[Attribute],
        name: &str,
        ty: &Type,
    ) -> TokenStream {
        let private = names::private();
        let skipped = skipped_by(attrs).map(|skips| quote!(#skips(value)));
        let sensitive = self.is_sensitive.then(|| quote!(#private::sensitive()));
        let uncounted = self.is_skipped.then(|| quote!(#private::uncounted()));
        // What the user's own condition skips is not shown, and so not sensitive.
        let conditions: Vec<_> = [skipped, uncounted, sensitive].into_iter().flatten().collect();
        if self.is_never() || conditions.len() < 2 {
            return TokenStream::new();
        }
        let (function, ty) = (function_name(name), resolve_self(model, ty));
        // A parameter that the type does not mention could not be inferred.
        let mut generics = model.generics.clone();
        let ident = |param: &GenericParam| match param {
            GenericParam::Lifetime(param) => param.lifetime.ident.clone(),
            GenericParam::Type(param) => param.ident.clone(),
            GenericParam::Const(param) => param.ident.clone(),
        };
        let (used, unused): (Vec<_>, Vec<_>) =
            generics.params.into_iter().partition(|param| contains(ty.clone(), &ident(param)));
        generics.params = used.into_iter().collect();
        if let Some(clause) = &mut generics.where_clause {
            let predicates = std::mem::take(&mut clause.predicates).into_iter();
            clause.predicates = predicates
                .filter(|predicate| {
                    !unused.iter().any(|param| contains(predicate.to_token_stream(), &ident(param)))
                })
                .collect();
        }
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote! {
            fn #function #impl_generics (value: &#ty) -> bool #where_clause {
                #(#conditions)||*
            }
        }
    }
}

/// When a column of a plain shape is left out, beside what the user's `skip_serializing_if` says.
pub(super) fn conditions(model: &Model, doubts: Option<&Doubts>, id: ColumnId) -> Vec<TokenStream> {
    let private = names::private();
    let Omitted { is_sensitive, is_skipped } = Omitted::of(model, id);
    let uncounted = is_skipped.then(|| quote!(#private::uncounted()));
    let sensitive = if is_sensitive {
        Some(quote!(#private::sensitive()))
    } else {
        let doubt = doubts.and_then(|doubts| doubts.columns.get(&id));
        doubt.map(|doubt| quote!(#doubt && #private::sensitive()))
    };
    uncounted.into_iter().chain(sensitive).collect()
}

/// The attributes of a column in a mirror.
pub(super) fn attributes(model: &Model, id: ColumnId) -> Vec<Attribute> {
    Omitted::of(model, id).attributes(&model.history.column(id).attrs, &name(model, id))
}

/// The functions of all columns.
pub(super) fn functions(model: &Model) -> TokenStream {
    let columns = model.history.ids();
    columns
        .map(|id| {
            let column = model.history.column(id);
            Omitted::of(model, id).function(model, &column.attrs, &name(model, id), &column.ty)
        })
        .collect()
}

fn name(model: &Model, id: ColumnId) -> String {
    model.history.local(id).unraw().to_string()
}

/// What the user's own attribute calls.
fn skipped_by(attrs: &[Attribute]) -> Option<syn::ExprPath> {
    let entries = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let entry = entries.into_iter().find(|entry| entry.key == SKIP_IF)?;
    entry.literal()?.parse().ok()
}

fn function_name(name: &str) -> Ident {
    format_ident!("__skips_{}", name, span = Span::call_site())
}
