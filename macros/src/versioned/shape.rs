//! The implementation of `Shape`: what a type is, what it was, and what it holds.

use super::expand::complete::Tells;
use super::expand::resolve;
use super::serde_attrs;
use crate::names::{private, respanned};
use crate::syntax::words;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, ConstParam, GenericParam, Generics, Ident, Type, TypeParam, parse_quote};

/// `#[opaque]`: the type of the field says nothing of its versions.
pub(super) fn is_opaque(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::OPAQUE)
}

/// Whether names of several types stand in one object of a type with these attributes, and with these of its fields.
pub(super) fn mixes<'a>(attrs: &[Attribute], mut fields: impl Iterator<Item = &'a [Attribute]>) -> bool {
    let is_tagged = serde_attrs::has(attrs, words::TAG) && !serde_attrs::has(attrs, words::CONTENT);
    is_tagged || fields.any(|attrs| serde_attrs::has(attrs, "flatten"))
}

/// A field, or what is in a variant, now or before a change.
pub(super) struct Row<'a> {
    /// Its name, as clients see it.
    pub(super) field: String,
    /// The JSON pointer to it.
    pub(super) at: String,
    pub(super) ty: &'a Type,
    pub(super) is_opaque: bool,
    /// Whether it is not on the wire.
    pub(super) is_skipped: bool,
}

/// What a type says of its shapes.
pub(super) struct Described<'a> {
    pub(super) ident: &'a Ident,
    pub(super) generics: &'a Generics,
    /// Each an expression of `TypeChange`, newest first.
    pub(super) changes: Vec<TokenStream>,
    pub(super) rows: Vec<Row<'a>>,
    /// The variant of `Layout`.
    pub(super) layout: TokenStream,
    pub(super) tells: Tells,
    /// When a value is written as `null`: an expression of `Null`.
    pub(super) null: TokenStream,
    /// Whether names of several types stand in one object of it.
    pub(super) mixes: bool,
    pub(super) writes: bool,
    pub(super) reads: bool,
}

impl Described<'_> {
    pub(super) fn expand(&self) -> TokenStream {
        let p = private();
        let Self { ident, changes, rows, layout, tells, null, mixes, writes, reads, .. } = self;
        let mixes = if *mixes { quote!(true) } else { quote!(#p::any_mixes(<Self as #p::Holds<__D>>::HELD)) };
        let name = ident.unraw().to_string();
        let generics = self.bounded();
        let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
        let mut deep = generics.clone();
        deep.params.push(parse_quote!(__D: #p::Depth));
        let (deep_generics, _, _) = deep.split_for_impl();
        let own = quote!(#ident #ty_generics);
        let held = rows.iter().map(|row| row.expand(&own));
        let opaque = rows.iter().filter(|row| row.is_opaque && !row.is_skipped).map(|row| &row.field);
        let tells = tells.expression(&quote!(<Self as #p::Holds<__D>>::HELD));
        let declared = quote!(#p::type_id(<Self as #p::Shape>::PATH, ::core::line!(), ::core::column!()));
        let id = self.generics.params.iter().fold(quote!(<Self as #p::Shape>::DECLARED), |id, parameter| {
            match parameter {
                GenericParam::Type(TypeParam { ident, .. }) => {
                    quote!(#p::joined(#id, <#ident as #p::Shape>::KEY))
                }
                GenericParam::Const(ConstParam { ident, .. }) => quote!(#p::joined(#id, #ident as u64)),
                GenericParam::Lifetime(_) => id,
            }
        });
        let checks = self.generics.params.is_empty().then(|| {
            let opaque = rows.iter().filter(|row| row.is_opaque && !row.is_skipped).map(|row| row.ty);
            let checks = opaque.map(|ty| {
                let check = quote!(const _: () = #p::assert::is_opaque(#p::Opaque::<#ty>::IS_KNOWN););
                respanned(check, ty.span())
            });
            let checks: Vec<_> = checks.collect();
            (!checks.is_empty()).then(|| quote!(const _: () = { use #p::NotShape as _; #(#checks)* };))
        });
        let checks = checks.flatten();
        quote! {
            #[automatically_derived]
            impl #impl_generics #p::Shape for #own #where_clause {
                const PATH: &'static str = ::core::concat!(::core::module_path!(), "::", #name);
                const DECLARED: u64 = #declared;
                const ID: u64 = #id;
                const CHANGES: &'static [#p::TypeChange] = &[#(#changes),*];
                const HISTORY: &'static #p::TypeHistory = &#p::TypeHistory {
                    id: <Self as #p::Shape>::ID,
                    path: <Self as #p::Shape>::PATH,
                    writes: #writes,
                    reads: #reads,
                    changes: <Self as #p::Shape>::CHANGES,
                    held: <Self as #p::Holds<#p::Full>>::HELD,
                    opaque: &[#(#opaque),*],
                    layout: #p::Layout::#layout,
                };
                type At<__D: #p::Depth> = #p::Of<Self, __D>;
            }
            #[automatically_derived]
            impl #deep_generics #p::Holds<__D> for #own #where_clause {
                const HELD: &'static [#p::Held] = &[#(#held),*];
                const TELLS: #p::Told = #tells;
                const NULL: #p::Null = #null;
                const MIXES: bool = #mixes;
            }
            #checks
        }
    }

    /// Every type between the angle brackets must be known, too.
    fn bounded(&self) -> Generics {
        let p = private();
        let mut generics = self.generics.clone();
        for parameter in generics.type_params_mut() {
            parameter.bounds.push(parse_quote!(#p::Shape));
        }
        generics
    }
}

impl Row<'_> {
    fn expand(&self, own: &TokenStream) -> TokenStream {
        let p = private();
        let Self { field, at, ty, is_opaque, is_skipped } = self;
        if *is_skipped {
            return quote!(#p::Held::SKIPPED);
        }
        let ty = resolve(ty, own);
        if *is_opaque {
            return quote!({
                #[allow(unused_imports)]
                use #p::TellsLess as _;
                #p::opaque(#field, #at, #p::OpaqueTells::<#ty>::TELLS)
            });
        }
        quote!(#p::held::<#ty, __D>(#field, #at))
    }
}
