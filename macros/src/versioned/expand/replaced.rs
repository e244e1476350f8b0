//! Before the oldest shape: the body was another type, which is converted at the same version.

use super::super::model::Model;
use super::super::replaced::Replaced;
use super::serialize::{Downgrade, converting};
use super::{own_type, resolve_self, sensitive};
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

pub(in super::super) fn serialize(
    model: &Model,
    Replaced { ty, downgrade, date, .. }: &Replaced,
) -> TokenStream {
    let Some(function) = downgrade else { return TokenStream::new() };
    let private = names::private();
    let (ty, own) = (resolve_self(model, ty), own_type(model));
    let statement = format!("`{}`, replaced in {date}", model.ident.unraw());
    let downgrade = Downgrade { function, returns: &ty, statement, error: &quote!(__S::Error) };
    let older = downgrade.call(&[quote!(&#own)], &quote!(self));
    let says_itself = sensitive::says_itself(&quote!(self), &quote!(&__older), &quote!(__S::Error));
    quote! {{
        let __older: #ty = #older;
        #says_itself
        <#ty as #private::serde::Serialize>::serialize(&__older, __serializer)
    }}
}

pub(in super::super) fn deserialize(model: &Model, Replaced { ty, upgrade, .. }: &Replaced) -> TokenStream {
    let Some(upgrade) = upgrade else { return TokenStream::new() };
    let private = names::private();
    let ty = resolve_self(model, ty);
    let (local, converting) = (Ident::new("upgrade", Span::mixed_site()), converting());
    let upgraded = quote_spanned!(upgrade.span()=> #private::upgraded::<Self, _, __D>(#local(__older), ""));
    quote! {{
        let __older = <#ty as #private::serde::Deserialize<'de>>::deserialize(__deserializer)?;
        let #local: fn(#ty) -> _ = #upgrade;
        #converting
        #upgraded
    }}
}

pub(in super::super) fn schema(model: &Model, Replaced { ty, .. }: &Replaced) -> TokenStream {
    let (ty, schemars) = (resolve_self(model, ty), &model.schemars);
    quote!(<#ty as #schemars::JsonSchema>::json_schema(generator))
}
