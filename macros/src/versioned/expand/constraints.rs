//! The checks of what was read, after it was brought to the head.

use super::super::constrained::Constraint;
use super::super::model::Model;
use super::serialize::{function, signature};
use super::{member, own_type, place, resolve_self};
use crate::names;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

/// `body`, which reads the head, with the checks of what it reads.
pub(in super::super) fn checked(model: &Model, body: TokenStream) -> TokenStream {
    if model.constraints.is_empty() {
        return body;
    }
    let head = Ident::new("head", Span::mixed_site());
    let checks = model.constraints.iter().map(|constraint| check(model, constraint, &head));
    quote! {
        let #head: Self = #body?;
        #(#checks)*
        ::core::result::Result::Ok(#head)
    }
}

fn check(model: &Model, Constraint { since, check, field, .. }: &Constraint, head: &Ident) -> TokenStream {
    let private = names::private();
    let id = field.map(|field| model.history.head[field]);
    let (value, ty) = if let Some(id) = id {
        let (member, ty) = (member(model, id), resolve_self(model, &model.history.column(id).ty));
        (quote!(&#head.#member), quote!(&#ty))
    } else {
        let own = own_type(model);
        (quote!(&#head), quote!(&#own))
    };
    let result = function(check, &signature(&[ty], &quote!(_)), &value);
    let refused = names::respanned(quote!(#private::checked::<_, __D>), check.span());
    let places = place::in_all(model, id);
    let check = quote!(#refused(#result, #places)?;);
    match since {
        Some(since) => {
            let since = Literal::u32_unsuffixed(since.number());
            quote!(if #private::wire::at() >= #since { #check })
        }
        None => check,
    }
}
