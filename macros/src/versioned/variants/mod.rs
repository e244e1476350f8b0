//! `#[versioned]` on an enum: which members there were in every version, and how they were told apart.
//!
//! `attr` reads the statements, `check` and `trace` prove that they fit together, `expand` writes the shapes.

mod attr;
mod check;
mod complete;
mod expand;
mod history;
mod model;
mod names;
mod omitted;
mod schema;
mod tagging;
mod trace;

use crate::diag::Sink;
use proc_macro2::TokenStream;
use syn::ItemEnum;

pub(super) use attr::{is_retagged, open_of_a_struct};
pub(crate) use names::{apply as cased_variant, snake};

/// What stands beside the enum; `None` if an error was found.
pub(super) fn expand(args: &TokenStream, item: &ItemEnum, sink: &mut Sink) -> Option<TokenStream> {
    let open = attr::open(args, sink);
    let model = check::model(item, open.as_ref(), sink)?;
    sink.is_clean().then(|| expand::expand(&model))
}
