//! Whether a text tells all of a value: the macro knows of each column whether what is written of it does.
//!
//! The runtime asks that of responses, which may be stored in their newest shape only if older shapes are made of what
//! that one tells, and of requests, which are compared as values.

use super::super::model::{Column, ColumnId, Conversion, Model};
use super::super::serde_attrs;
use super::{contains, omitted, resolve_self};
use crate::names;
use crate::syntax::words;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, GenericArgument, PathArguments, Type, TypeParam};

/// Whether what is written of some fields tells all of their values.
pub(in super::super) enum Tells {
    /// If these say so; always if there are none.
    If {
        asked: Vec<Asked<TokenStream>>,
        is_ordered: bool,
    },
    Never,
}

/// What it depends on whether a type tells all of its values.
pub(in super::super) enum Asked<T> {
    /// Whether this type does, or is an option of this leaf.
    Type { ty: T, leaf: T },
    /// Whether this is a `Known` of ours, of a type that does: another one may have that name.
    Known(T),
}

impl<T> Asked<T> {
    fn map<U>(&self, of: impl Fn(&T) -> U) -> Asked<U> {
        match self {
            Self::Type { ty, leaf } => Asked::Type { ty: of(ty), leaf: of(leaf) },
            Self::Known(ty) => Asked::Known(of(ty)),
        }
    }
}

impl Asked<TokenStream> {
    /// Two constants, of which either will do.
    fn expression(&self, depth: &TokenStream) -> TokenStream {
        let p = names::private();
        match self {
            Self::Type { ty, leaf } => {
                quote!((#p::HistoryOf::<#ty, #depth>::TELLS, #p::LeafOf::<#leaf>::TELLS))
            }
            Self::Known(ty) => quote!((#p::Told::all_if(#p::IsKnown::<#ty>::VALUE), #p::Told::Less)),
        }
    }

    fn key(&self) -> (bool, String) {
        match self {
            Self::Type { ty, .. } => (false, ty.to_string()),
            Self::Known(ty) => (true, ty.to_string()),
        }
    }
}

impl Tells {
    /// What is known of fields with these attributes and types.
    pub(in super::super) fn of<'a>(
        model: &Model,
        fields: impl IntoIterator<Item = (&'a [Attribute], &'a Type)>,
    ) -> Self {
        let mut unknown = Vec::new();
        let mut is_ordered = true;
        for (attrs, ty) in fields {
            is_ordered &= !names_type(ty, "HashMap");
            if !are_harmless(attrs) || !add_unknown(ty, &mut unknown) {
                return Self::Never;
            }
        }
        let mut asked: Vec<Asked<TokenStream>> = Vec::new();
        for one in &unknown {
            let one = one.map(|ty| resolve_self(model, ty));
            if asked.iter().all(|other| other.key() != one.key()) {
                asked.push(one);
            }
        }
        Self::If { asked, is_ordered }
    }

    /// What is known of fields that a handler writes. Of an optional floating-point number `null` does not tell whether there
    /// is none, or one that is not a number. A request has no such numbers: they are in no JSON.
    pub(in super::super) fn of_written<'a>(
        model: &Model,
        fields: impl IntoIterator<Item = (&'a [Attribute], &'a Type)>,
    ) -> Self {
        let fields: Vec<_> = fields.into_iter().collect();
        if fields.iter().any(|(_, ty)| is_optional_float(ty)) { Self::Never } else { Self::of(model, fields) }
    }

    /// As an expression, for types that hold others to this depth.
    pub(in super::super) fn expression(&self, depth: &TokenStream) -> TokenStream {
        let p = names::private();
        match self {
            Self::Never => quote!(#p::Told::Less),
            Self::If { asked, is_ordered } => {
                let told = if asked.is_empty() {
                    quote!(#p::Told::All)
                } else {
                    let names_known = asked.iter().any(|one| matches!(one, Asked::Known(_)));
                    let not_known = names_known.then(|| quote!(use #p::NotKnown as _;));
                    let asked = asked.iter().map(|one| one.expression(depth));
                    quote!({
                        use #p::{NoHistory as _, NoLeaf as _};
                        #not_known
                        #p::all_tell(&[#(#asked),*])
                    })
                };
                if *is_ordered { told } else { quote!(#told.unordered()) }
            }
        }
    }
}

/// Notes that older shapes may show something that the newest does not tell, if they do not depend on what it tells.
pub(in super::super) fn noted_unless(tells: &Tells) -> TokenStream {
    let p = names::private();
    let tells = match tells {
        Tells::If { asked, .. } if asked.is_empty() => return TokenStream::new(),
        tells => tells.expression(&quote!(#p::Full)),
    };
    quote!(#p::wire::lossy_unless(#p::Told::is_all(#tells));)
}

/// Of a struct: whether the newest shape tells what older ones show.
pub(super) fn older_shapes(model: &Model) -> Tells {
    let history = &model.history;
    let mut origins: Vec<ColumnId> = Vec::new();
    for id in history.ids().filter(|id| !history.column(*id).is_sensitive) {
        // What is sensitive is in no shape that is stored.
        if is_written_otherwise(model, id) {
            return Tells::Never;
        }
        origins.extend(history.computed_from(id));
    }
    if replaces(model) {
        origins.extend(&history.head);
    }
    origins.sort_unstable();
    origins.dedup();
    Tells::of_written(model, columns(model, &origins))
}

/// Whether a struct tells all of its value.
pub(super) fn whole(model: &Model) -> Tells {
    let head = &model.history.head;
    // Of two options, one within the other, `null` does not tell which is none.
    let is_bare = model.is_transparent || model.is_tuple && head.len() == 1;
    let may_be_null = |id: &ColumnId| may_be_null(&model.history.column(*id).ty);
    if is_bare && head.iter().any(may_be_null) || model.history.is_sensitive() {
        return Tells::Never;
    }
    Tells::of(model, columns(model, head))
}

fn columns<'a>(model: &'a Model, ids: &'a [ColumnId]) -> impl Iterator<Item = (&'a [Attribute], &'a Type)> {
    ids.iter().map(|id| model.history.column(*id)).map(|column| (&*column.attrs, &column.ty))
}

/// Whether older shapes are made of the whole.
pub(in super::super) fn replaces(model: &Model) -> bool {
    model.replaced.as_ref().is_some_and(|replaced| replaced.downgrade.is_some())
}

/// Whether a function of the user's writes a column of an older shape, and none that of the newer.
fn is_written_otherwise(model: &Model, id: ColumnId) -> bool {
    let is_written = |id| {
        let attrs = &model.history.column(id).attrs;
        ["with", "serialize_with"].iter().any(|key| serde_attrs::has(attrs, key))
    };
    let renamed = model.history.steps.iter().find(|step| step.old.contains(&id));
    let renamed = renamed.filter(|step| matches!(step.conversion, Conversion::Renamed));
    renamed.is_some_and(|step| is_written(id) && !is_written(step.new[0]))
}

/// Notes that a struct hides a part of its value.
pub(super) fn hidden(model: &Model) -> TokenStream {
    let hides = model.history.head.iter().any(|id| {
        let attrs = &model.history.column(*id).attrs;
        let is_converted =
            model.history.steps.iter().any(|step| step.new.contains(id) && !step.old.is_empty());
        hides(attrs) || is_converted && serde_attrs::has(attrs, "skip")
    });
    noted(hides)
}

/// Whether a column of an older shape that the value does not have counts when requests are compared.
pub(super) fn counts(model: &Model, id: ColumnId) -> bool {
    model.derives.serialize.is_some() && !model.history.column(id).is_skipped
}

/// Notes a column that the value does not have.
pub(super) fn dropped(model: &Model, id: ColumnId, local: &Ident) -> TokenStream {
    let p = names::private();
    let Column { ty, attrs, .. } = model.history.column(id);
    let is_generic = |param: &TypeParam| contains(ty.to_token_stream(), &param.ident);
    if hides(attrs) || model.generics.type_params().any(is_generic) {
        return quote!(#p::wire::incomplete(););
    }
    let ty = resolve_self(model, ty);
    quote!(#p::dropped::<#ty>(&#local);)
}

pub(in super::super) fn noted(is_incomplete: bool) -> TokenStream {
    let p = names::private();
    if is_incomplete { quote!(#p::wire::incomplete();) } else { TokenStream::new() }
}

/// Whether fields with these attributes are read and not written, or not as they are.
pub(in super::super) fn hides(attrs: &[Attribute]) -> bool {
    const HIDING: [&str; 4] = ["with", "serialize_with", "skip_serializing", "getter"];
    HIDING.iter().any(|key| serde_attrs::has(attrs, key)) || !entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether what is written of a field depends on nothing but its type.
fn are_harmless(attrs: &[Attribute]) -> bool {
    const HARMLESS: [&str; 5] = [words::RENAME, words::DEFAULT, "alias", "borrow", "deserialize_with"];
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut keys = of_serde.map(|entry| entry.key);
    keys.all(|key| key == omitted::SKIP_IF || HARMLESS.iter().any(|harmless| key == harmless))
        && entries(attrs, omitted::SKIP_IF, is_empty)
}

/// Whether a function leaves out one value alone.
fn is_empty(path: &str) -> bool {
    ["Option::is_none", "Vec::is_empty", "String::is_empty"].contains(&path)
}

/// Whether all entries with this key have such a text.
fn entries(attrs: &[Attribute], key: &str, is: impl Fn(&str) -> bool) -> bool {
    let of_serde = attrs.iter().flat_map(|attribute| serde_attrs::entries(attribute, words::SERDE));
    let mut entries = of_serde.filter(|entry| entry.key == key);
    entries.all(|entry| entry.literal().is_some_and(|text| is(&text.value())))
}

/// Adds what it depends on whether `ty` tells all of its values. Returns `false` if `ty` is known not to.
fn add_unknown<'a>(ty: &'a Type, unknown: &mut Vec<Asked<&'a Type>>) -> bool {
    match ty {
        Type::Reference(reference) => {
            let before = unknown.len();
            add_unknown(&reference.elem, unknown) && unknown.len() == before
        }
        Type::Paren(inner) => add_unknown(&inner.elem, unknown),
        Type::Group(inner) => add_unknown(&inner.elem, unknown),
        Type::Array(array) => add_unknown(&array.elem, unknown),
        Type::Slice(slice) => add_unknown(&slice.elem, unknown),
        // Nothing is written as `null`.
        Type::Tuple(tuple) if tuple.elems.is_empty() => false,
        Type::Tuple(tuple) => tuple.elems.iter().all(|element| add_unknown(element, unknown)),
        Type::Path(path) if TOLD.iter().any(|told| path.path.is_ident(told)) => true,
        Type::Path(_) => match held(ty) {
            // Of two options, one within the other, `null` does not tell which is none.
            Some(("Option", types)) => match types[..] {
                [inner] if may_be_null(inner) => false,
                [inner] => {
                    let first = unknown.len();
                    let is_told = add_unknown(inner, unknown);
                    // Only the option knows whether what it holds may be `null`, too.
                    for asked in &mut unknown[first..] {
                        match asked {
                            Asked::Type { ty: held, .. } if std::ptr::eq(*held, unboxed(inner)) => *held = ty,
                            _ => {}
                        }
                    }
                    is_told
                }
                _ => false,
            },
            Some((container, types)) => {
                if container == words::KNOWN {
                    unknown.push(Asked::Known(ty));
                }
                types.into_iter().all(|held| add_unknown(held, unknown))
            }
            None => {
                unknown.push(Asked::Type { ty, leaf: ty });
                true
            }
        },
        _ => false,
    }
}

fn is_optional_float(ty: &Type) -> bool {
    names_type(ty, "Option") && (names_type(ty, "f32") || names_type(ty, "f64"))
}

fn names_type(ty: &Type, name: &str) -> bool {
    contains(ty.to_token_stream(), &Ident::new(name, Span::call_site()))
}

/// The types that are known to tell all of their values.
const TOLD: [&str; 18] = [
    "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64",
];

/// Of `Vec<T>`, `BTreeMap<K, T>` and their like, which it is, and what it holds. Sets that hash are written in any order.
fn held(ty: &Type) -> Option<(&'static str, Vec<&Type>)> {
    const CONTAINERS: [(&str, usize); 9] = [
        (words::KNOWN, 1),
        ("Option", 1),
        ("Vec", 1),
        ("Box", 1),
        ("Cow", 1),
        ("VecDeque", 1),
        ("BTreeSet", 1),
        ("BTreeMap", 2),
        ("HashMap", 2),
    ];
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let (container, count) = CONTAINERS.into_iter().find(|(container, _)| last.ident == container)?;
    let PathArguments::AngleBracketed(of) = &last.arguments else { return None };
    let types = of.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(held) => Some(held),
        _ => None,
    });
    let types: Vec<_> = types.take(count).collect();
    (types.len() == count).then_some((container, types))
}

fn may_be_null(ty: &Type) -> bool {
    matches!(held(unboxed(ty)), Some(("Option", _)))
}

/// Returns the type that is written as `ty` is, behind its pointers.
fn unboxed(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => unboxed(&inner.elem),
        Type::Group(inner) => unboxed(&inner.elem),
        _ => match held(ty) {
            Some(("Box" | "Cow" | words::KNOWN, types)) => types.first().map_or(ty, |inner| unboxed(inner)),
            _ => ty,
        },
    }
}
