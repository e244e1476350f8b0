//! What the schema of an enum says that no derive knows.

use super::super::expand::sensitive;
use super::super::serde_attrs;
use super::model::{Member, Model, Shape};
use super::names::read_name;
use super::tagging::Tagging;
use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Fields;

/// The schema of a shape that reads members that nobody knows, and says so.
pub(super) fn opened(model: &Model, shape: &Shape, schema: TokenStream) -> TokenStream {
    let schema = sensitive::schema(&model.base, None, schema);
    if !model.is_open || !shape.members.iter().any(|member| serde_attrs::has(&member.attrs, "other")) {
        return schema;
    }
    let private = names::private();
    let tag = match Tagging::of(&shape.attrs) {
        Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag),
        Tagging::External | Tagging::Untagged => None,
    };
    let tag = names::option(tag);
    let taken = shape.members.iter().filter(|member| !matches!(member.fields, Fields::Unit));
    // What is not read by its name is one of those that nobody knows.
    let skipped = |member: &&Member| {
        ["skip", "skip_deserializing"].iter().any(|key| serde_attrs::has(&member.attrs, key))
    };
    let taken = taken.filter(|member| !skipped(member)).map(|member| read_name(shape, member));
    quote! {{
        let mut __schema = #schema;
        #private::opened(__schema.ensure_object(), #tag, &[#(#taken),*]);
        __schema
    }}
}
