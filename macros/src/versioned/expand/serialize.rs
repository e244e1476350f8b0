//! From the value at head to any of its shapes, borrowing what did not change.

use super::super::model::{ColumnId, Conversion, Given, Model, Shape, Step};
use super::super::plain::{Direction, Plain};
use super::sensitive::{self, Doubts};
use super::{
    Mirror, On, bounded, by_version, columns, complete, exercised, head_name, member, one_or_tuple, own_type,
    replaced,
};
use super::{resolve_self, types};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, GenericParam, Member, ReturnType, parse_quote};

pub(super) fn expand(model: &Model) -> TokenStream {
    let Some(derive) = &model.derives.serialize else { return TokenStream::new() };
    let private = names::private();
    let mirrored = model
        .history
        .shapes
        .iter()
        .filter(|shape| Plain::of(model, &shape.columns, Direction::Write).is_none());
    let views = mirrored.map(|shape| view(model, shape, derive));
    let ident = &model.ident;
    let generics =
        bounded(model, model.bounds.serialize.as_ref(), &quote!(#private::serde::Serialize), false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let body = by_version(
        model,
        On::Wire,
        replaced::serialize,
        |shape| {
            let exercised = exercised(model, shape, false);
            if let Some(plain) = Plain::of(model, &shape.columns, Direction::Write) {
                let Downgrades { calls, sources, .. } = downgrades(model, shape, &quote!(__S::Error));
                let write = columns::write(model, &plain, &sources, Some(&Doubts::of(model, shape)));
                return quote!({ #exercised let __head = self; #(#calls)* #write });
            }
            let (view, down) = (view_name(model, shape), down_name(model, shape));
            let custom = quote!(<__S::Error as #private::serde::ser::Error>::custom);
            let failure = downgrades(model, shape, &failure()).may_fail.then(|| quote!(.map_err(#custom)?));
            let inseparable = Doubts::of(model, shape).inseparable();
            quote!({ #exercised #inseparable #down::serialize(&#view::of(self) #failure, __serializer) })
        },
        &head(model),
    );
    let sensitive = model.history.columns().filter(|column| column.is_sensitive);
    let (sensitive, hidden) =
        (sensitive::hidden(sensitive.map(|column| &*column.attrs)), complete::hidden(model));
    quote! {
        #(#views)*
        #[automatically_derived]
        impl #impl_generics #private::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                #sensitive
                #hidden
                #body
            }
        }
    }
}

/// The newest shape, written.
fn head(model: &Model) -> TokenStream {
    let types: Vec<_> = model.history.head.iter().map(|id| &model.history.column(*id).ty).collect();
    let noted = complete::noted_unless(model, &complete::older_shapes(model), &types);
    let head = written_head(model);
    if noted.is_empty() { head } else { quote!({ #noted #head }) }
}

fn written_head(model: &Model) -> TokenStream {
    let head = &model.history.head;
    let Some(plain) = Plain::of(model, head, Direction::Write) else {
        let (head, (_, ty_generics, _)) = (head_name(model), model.generics.split_for_impl());
        let turbofish = ty_generics.as_turbofish();
        return quote!(#head #turbofish::serialize(self, __serializer));
    };
    let sources = head.iter().map(|id| (*id, Source::Head(member(model, *id)))).collect();
    let write = columns::write(model, &plain, &sources, None);
    quote!({ let __head = self; #write })
}

/// Where a column of a shape is found.
pub(super) enum Source {
    /// In a field of the head, under this name.
    Head(Member),
    /// In a value that a downgrade made.
    Computed(Ident),
}

/// The older shape as a view of the head, and the struct that serde serialises it by.
fn view(model: &Model, shape: &Shape, derive: &syn::Path) -> TokenStream {
    let (view, own) = (view_name(model, shape), own_type(model));
    let error = failure();
    let Downgrades { calls, sources, may_fail } = downgrades(model, shape, &error);
    let mut generics = model.generics.clone();
    generics.params.insert(0, GenericParam::Lifetime(parse_quote!('__head)));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();

    let (mut computed, mut values, mut getters) = (Vec::new(), Vec::new(), Vec::new());
    for id in &shape.columns {
        let (column, Some(source)) = (model.history.column(*id), sources.get(id)) else { continue };
        let (ident, ty) = (&column.ident, resolve_self(model, &column.ty));
        let place = match source {
            Source::Head(field) => quote!(__head.#field),
            Source::Computed(local) => {
                computed.push(quote!(#ident: #ty));
                values.push(super::bind(&ident.clone().into(), &quote!(#local)));
                quote!(#ident)
            }
        };
        let getter = getter(ident);
        getters.push(quote!(fn #getter(&self) -> &#ty { &self.#place }));
    }
    let (mut returns, mut made) = (quote!(Self), quote!(Self { __head, #(#values,)* }));
    if may_fail {
        returns = quote!(::core::result::Result<Self, #error>);
        made = quote!(::core::result::Result::Ok(#made));
    }
    let path = view.to_string();
    let mirror = Mirror {
        name: down_name(model, shape),
        derives: vec![derive],
        is_described: false,
        serde: quote!(, remote = #path),
        is_borrowed: true,
    };
    let down = mirror.expand(model, &shape.columns, |column| {
        let getter = format!("{view}::{}", getter(&column.ident));
        quote!(#[serde(getter = #getter)])
    });
    quote! {
        struct #view #impl_generics #where_clause {
            __head: &'__head #own,
            #(#computed,)*
        }
        impl #impl_generics #view #ty_generics #where_clause {
            fn of(__head: &'__head #own) -> #returns {
                #(#calls)*
                #made
            }
            #(#getters)*
        }
        #down
    }
}

/// A name that no field has: a method by the name of one field that returns another looks like a mistake to clippy.
fn getter(column: &Ident) -> Ident {
    format_ident!("__{}", column.unraw())
}

pub(super) struct Downgrades {
    /// The calls, newest change first.
    pub(super) calls: Vec<TokenStream>,
    sources: BTreeMap<ColumnId, Source>,
    pub(super) may_fail: bool,
}

/// Every downgrade that the shape needs, once; one that fails is this error.
pub(super) fn downgrades(model: &Model, shape: &Shape, error: &TokenStream) -> Downgrades {
    let history = &model.history;
    let mut needed: BTreeSet<ColumnId> = shape.columns.iter().copied().collect();
    for step in history.steps_after(shape).rev() {
        if step.old.iter().any(|id| needed.contains(id)) {
            needed.extend(&step.new);
        }
    }
    let (mut calls, mut may_fail) = (Vec::new(), false);
    let mut sources: BTreeMap<ColumnId, Source> =
        history.head.iter().map(|id| (*id, Source::Head(member(model, *id)))).collect();
    for step in history.steps_after(shape) {
        if let (Conversion::Renamed, [new], [old]) =
            (&step.conversion, step.new.as_slice(), step.old.as_slice())
        {
            if let Some(source) = sources.remove(new) {
                sources.insert(*old, source);
            }
            continue;
        }
        let Some(value) =
            call(model, step, &sources, error).filter(|_| step.old.iter().any(|id| needed.contains(id)))
        else {
            continue;
        };
        let locals: Vec<TokenStream> = step
            .old
            .iter()
            .map(|id| {
                let local = history.local(*id);
                if needed.contains(id) { quote!(#local) } else { quote!(_) }
            })
            .collect();
        may_fail |= match &step.conversion {
            Conversion::Changed { downgrade: Some(function), .. }
            | Conversion::Removed(Given::Whole(function)) => says_its_result(function),
            _ => false,
        };
        let pattern = one_or_tuple(&locals);
        let ty = types(model, &step.old);
        calls.push(quote!(let #pattern: #ty = #value;));
        sources.extend(step.old.iter().map(|id| (*id, Source::Computed(history.local(*id)))));
    }
    Downgrades { calls, sources, may_fail }
}

/// The old columns of one change, as an expression.
fn call(
    model: &Model,
    step: &Step,
    sources: &BTreeMap<ColumnId, Source>,
    error: &TokenStream,
) -> Option<TokenStream> {
    let returns = types(model, &step.old);
    let statement = |id: Option<&ColumnId>, verb: &str| {
        let name = id.map(|id| model.history.column(*id).ident.unraw().to_string()).unwrap_or_default();
        let name = if model.is_tuple { name.trim_start_matches('_') } else { &name };
        format!("`{}.{name}`, {verb} in {}", model.ident.unraw(), step.date)
    };
    match &step.conversion {
        // A type that is serialised has all its downgrades.
        Conversion::Renamed | Conversion::Added(_) | Conversion::Removed(Given::Never) => None,
        Conversion::Changed { downgrade, .. } => {
            let parameters = step.new.iter().map(|id| resolve_self(model, &model.history.column(*id).ty));
            let parameters: Vec<_> = parameters.map(|ty| quote!(&#ty)).collect();
            let arguments = step.new.iter().map(|id| match sources.get(id) {
                Some(Source::Computed(local)) => quote!(&#local),
                Some(Source::Head(field)) => quote!(&__head.#field),
                None => TokenStream::new(),
            });
            let downgrade = Downgrade {
                function: downgrade.as_ref()?,
                returns: &returns,
                statement: statement(step.new.first(), words::CHANGED),
                error,
            };
            Some(downgrade.call(&parameters, &quote!(#(#arguments),*)))
        }
        Conversion::Removed(Given::Whole(function)) => {
            let own = own_type(model);
            let statement = statement(step.old.first(), words::REMOVED);
            let downgrade = Downgrade { function, returns: &returns, statement, error };
            Some(downgrade.call(&[quote!(&#own)], &quote!(__head)))
        }
        Conversion::Removed(given) => given_value(given, &returns),
    }
}

/// A function that gives what older clients see, in a function that returns a `Result`.
pub(in super::super) struct Downgrade<'a> {
    pub(in super::super) function: &'a Expr,
    pub(in super::super) returns: &'a TokenStream,
    /// Whose it is, for whoever reads that it failed.
    pub(in super::super) statement: String,
    /// What the surrounding function fails with.
    pub(in super::super) error: &'a TokenStream,
}

impl Downgrade<'_> {
    pub(in super::super) fn call(&self, parameters: &[TokenStream], arguments: &TokenStream) -> TokenStream {
        let Self { function: downgrade, returns, statement, error } = self;
        if !says_its_result(downgrade) {
            return function(downgrade, &signature(parameters, returns), arguments);
        }
        let private = names::private();
        let value = function(downgrade, &signature(parameters, &quote!(_)), arguments);
        let value = quote_spanned!(downgrade.span()=> #private::downgraded::<#returns, _, #error>(#value, #statement));
        quote!(#value?)
    }
}

/// Whether a downgrade may return a `Result`. For closures that do not say what they return, and for `Into::into`, the
/// older type is what is expected of them: many need that to be inferred, such as one that ends with `collect()`.
pub(in super::super) fn says_its_result(downgrade: &Expr) -> bool {
    match downgrade {
        Expr::Closure(closure) => matches!(closure.output, ReturnType::Type(..)),
        Expr::Path(path) => {
            !["Into::into", "From::from"].contains(&&*path.to_token_stream().to_string().replace(' ', ""))
        }
        _ => true,
    }
}

/// What the steps from the head to an older shape fail with, whatever it is written to.
pub(in super::super) fn failure() -> TokenStream {
    let private = names::private();
    quote!(#private::serde::de::value::Error)
}

/// The type of a function. Behind an alias the lifetimes of its parameters are those of one call, so that the method of
/// a trait that is implemented for a reference will do; written out they would have to be all at once.
pub(in super::super) fn signature(parameters: &[TokenStream], returns: &TokenStream) -> TokenStream {
    let private = names::private();
    if parameters.len() > 4 {
        return quote!(fn(#(#parameters),*) -> #returns);
    }
    let alias = format_ident!("Function{}", parameters.len());
    quote!(#private::#alias<#(#parameters,)* #returns>)
}

/// A call of the user's function. A named one is called as it stands, so that references are coerced: `fn(&str)` takes
/// a `String`. A closure is told its type first, which a call would be too late for. Either way the error of a wrong
/// one is at its name.
pub(in super::super) fn function(
    function: &Expr,
    signature: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let converting = converting();
    if matches!(function, Expr::Path(_)) {
        let called = names::respanned(quote!(#function(#arguments)), function.span());
        return quote!({ #converting #called });
    }
    let local = Ident::new("downgrade", Span::mixed_site());
    let called = names::respanned(quote!(#local(#arguments)), function.span());
    quote!({ let #local: #signature = #function; #converting #called })
}

/// What says that a function of the user's runs, to the end of its block.
pub(in super::super) fn converting() -> TokenStream {
    let private = names::private();
    quote!(let _converting = #private::wire::converting();)
}

/// The value of a column that has no counterpart.
pub(in super::super) fn given_value(given: &Given, ty: &TokenStream) -> Option<TokenStream> {
    let private = names::private();
    match given {
        Given::Default(span) => Some(quote_spanned!(*span=> ::core::default::Default::default())),
        Given::Value(value) => {
            let (converting, given) =
                (converting(), quote_spanned!(value.span()=> #private::given::<#ty, _, _>(#value)));
            Some(quote!({ #converting #given }))
        }
        Given::Whole(_) | Given::Never => None,
    }
}

fn view_name(model: &Model, shape: &Shape) -> Ident {
    format_ident!("__{}Before{}View", model.ident.unraw(), shape.until.number())
}

fn down_name(model: &Model, shape: &Shape) -> Ident {
    format_ident!("__{}Before{}Down", model.ident.unraw(), shape.until.number())
}
