//! `crate = path`: where the expansion finds the runtime, for a dependency that has another name.

use crate::diag::{Sink, messages};
use crate::names;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Meta, Path};

/// Removes `crate = path` from the arguments of an attribute. Until the guard is dropped, every path begins there.
pub(crate) fn take(args: &mut TokenStream, sink: &mut Sink) -> Option<names::Renamed> {
    let tokens: Vec<TokenTree> = args.clone().into_iter().collect();
    let arguments = tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
    let (named, others): (Vec<_>, Vec<_>) = arguments.partition(|argument| is_crate(argument));
    let named = named.first()?;
    let others =
        others.into_iter().filter(|argument| !argument.is_empty()).map(|argument| quote!(#(#argument)*));
    *args = quote!(#(#others),*);
    let path: TokenStream = named.iter().skip(2).cloned().collect();
    // #[versioned(crate = "sf")]
    if syn::parse2::<Path>(path.clone()).is_err() {
        sink.push(messages::crate_path(&named[0], &path));
        return None;
    }
    Some(names::Renamed::to(&path))
}

/// Removes `crate = path` from the helper attribute of a derive, see [`take`].
pub(crate) fn take_helper(
    attrs: &mut Vec<Attribute>,
    helper: &str,
    sink: &mut Sink,
) -> Option<names::Renamed> {
    let mut renamed = None;
    attrs.retain_mut(|attribute| match &mut attribute.meta {
        Meta::List(list) if list.path.is_ident(helper) => {
            let had_none = list.tokens.is_empty();
            renamed = renamed.take().or_else(|| take(&mut list.tokens, sink));
            had_none || !list.tokens.is_empty()
        }
        _ => true,
    });
    renamed
}

fn is_crate(argument: &[TokenTree]) -> bool {
    matches!(argument, [TokenTree::Ident(key), TokenTree::Punct(equals), ..]
        if key == "crate" && equals.as_char() == '=')
}
