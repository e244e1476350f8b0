use super::attr::{Content, Field, Shape, Variant, fields};
use crate::names::{private, respanned};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, GenericArgument, Generics, PathArguments, Type};

/// The implementation; for a type that is wrong, one that writes nothing.
pub(super) fn expand(input: &DeriveInput, shape: Option<&Shape>) -> TokenStream {
    let p = private();
    let (ident, generics) = (&input.ident, &input.generics);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let body = match shape {
        None => quote!(#p::serde::Serializer::serialize_unit(__serializer)),
        Some(Shape::Struct(content)) => of_struct(ident, generics, content),
        Some(Shape::Enum(variants)) => of_enum(ident, generics, variants),
    };
    let asked = shape.filter(|_| generics.params.is_empty()).map(|shape| {
        let types = fields(shape).filter(|field| field.writer.is_none()).map(|field| &field.ty);
        let checks: TokenStream = types.filter_map(passed_on).collect();
        (!checks.is_empty()).then(|| {
            quote! {
                const _: () = {
                    #[allow(unused_imports)]
                    use #p::{CountsWhole as _, Unwritable as _};
                    #checks
                };
            }
        })
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated, unused_imports)]
        impl #impl_generics #p::Fingerprinted for #ident #type_generics #where_clause {
            const IS_SERIALIZE: bool = false;

            fn write<__S: #p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                use #p::CountsWhole as _;
                #body
            }
        }
        #asked
    }
}

fn of_struct(ident: &Ident, generics: &Generics, content: &Content) -> TokenStream {
    let p = private();
    let name = ident.unraw().to_string();
    match content {
        Content::Unit => quote!(#p::serde::Serializer::serialize_unit_struct(__serializer, #name)),
        Content::Whole(field) => {
            let member = &field.member;
            let value = value(field, &quote!(&self.#member), generics);
            quote!(#p::serde::Serialize::serialize(&#value, __serializer))
        }
        Content::Fields(fields) => {
            let values = fields.iter().map(|field| {
                let member = &field.member;
                value(field, &quote!(&self.#member), generics)
            });
            let (names, count) = (fields.iter().map(|field| &field.name), fields.len());
            quote! {
                let mut __writer = #p::serde::Serializer::serialize_struct(__serializer, #name, #count)?;
                #(#p::serde::ser::SerializeStruct::serialize_field(&mut __writer, #names, &#values)?;)*
                #p::serde::ser::SerializeStruct::end(__writer)
            }
        }
    }
}

fn of_enum(ident: &Ident, generics: &Generics, variants: &[Variant]) -> TokenStream {
    let p = private();
    let of = ident.unraw().to_string();
    let arms = variants.iter().zip(0_u32..).map(|(Variant { ident, name, content }, index)| match content {
        Content::Unit => quote! {
            Self::#ident { .. } => {
                #p::serde::Serializer::serialize_unit_variant(__serializer, #of, #index, #name)
            }
        },
        Content::Whole(field) => {
            let value = value(field, &quote!(__0), generics);
            quote! {
                Self::#ident(__0) => {
                    #p::serde::Serializer::serialize_newtype_variant(__serializer, #of, #index, #name, &#value)
                }
            }
        }
        Content::Fields(fields) => {
            let locals: Vec<_> = (0..fields.len()).map(|i| format_ident!("__{i}")).collect();
            let values = fields.iter().zip(&locals).map(|(field, local)| value(field, &quote!(#local), generics));
            let members = fields.iter().map(|field| &field.member);
            let (names, count) = (fields.iter().map(|field| &field.name), fields.len());
            quote! {
                Self::#ident { #(#members: #locals,)* .. } => {
                    let mut __writer = #p::serde::Serializer::serialize_struct_variant(
                        __serializer, #of, #index, #name, #count,
                    )?;
                    #(#p::serde::ser::SerializeStructVariant::serialize_field(&mut __writer, #names, &#values)?;)*
                    #p::serde::ser::SerializeStructVariant::end(__writer)
                }
            }
        }
    });
    // A reference to an enum without variants is not known to be nothing.
    if variants.is_empty() { quote!(match *self {}) } else { quote!(match self { #(#arms)* }) }
}

/// What is written of a field, whose value is behind the reference `at`.
fn value(Field { ty, writer, .. }: &Field, at: &TokenStream, generics: &Generics) -> TokenStream {
    let p = private();
    let Some(writer) = writer else {
        return respanned(quote!(#p::Counted::<#ty>::of(#at)), ty.span());
    };
    let mut generics = generics.clone();
    generics.params.insert(0, syn::parse_quote!('__value));
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    quote! {{
        struct __Value #impl_generics (&'__value #ty) #where_clause;
        impl #impl_generics #p::serde::Serialize for __Value #type_generics #where_clause {
            fn serialize<__S: #p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #writer(self.0, __serializer)
            }
        }
        __Value(#at)
    }}
}

/// That a type which says nothing of its fields holds none that does, if it can be asked.
fn passed_on(ty: &Type) -> Option<TokenStream> {
    let p = private();
    let within = asked(inside(ty));
    if within.is_empty() {
        return None;
    }
    let check = quote! {
        #p::assert::passed_on(
            #p::Counted::<#ty>::SKIPS || !#p::Writable::<#ty>::VALUE,
            &[#(#p::Counted::<#within>::IS_FOREIGN),*],
        );
    };
    Some(respanned(check, ty.span()))
}

/// Those of the types that may say something of their fields, each once.
pub(crate) fn asked(types: Vec<&Type>) -> Vec<&Type> {
    let mut seen: Vec<String> = Vec::new();
    let mut asked = types;
    asked.retain(|ty| {
        let text = ty.to_token_stream().to_string();
        let is_new = !is_plain(ty) && !seen.contains(&text);
        seen.push(text);
        is_new
    });
    asked
}

/// Whether the type is known to have no fields.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "f32", "f64",
    ];
    matches!(ty, Type::Path(path)
        if path.path.get_ident().is_some_and(|ident| PLAIN.iter().any(|plain| ident == plain)))
}

/// The types that a type is made of, at any depth.
pub(crate) fn inside(ty: &Type) -> Vec<&Type> {
    let mut found = Vec::new();
    collect(ty, &mut found);
    found
}

fn collect<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    let mut add = |ty: &'t Type| {
        found.push(ty);
        collect(ty, found);
    };
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(add),
        Type::Array(array) => add(&array.elem),
        Type::Slice(slice) => add(&slice.elem),
        Type::Reference(reference) => add(&reference.elem),
        Type::Paren(inner) => add(&inner.elem),
        Type::Group(inner) => add(&inner.elem),
        Type::Path(path) => {
            let arguments = path.path.segments.last().map(|segment| &segment.arguments);
            if let Some(PathArguments::AngleBracketed(arguments)) = arguments {
                for argument in &arguments.args {
                    if let GenericArgument::Type(argument) = argument {
                        add(argument);
                    }
                }
            }
        }
        _ => {}
    }
}
