//! `#[versioned]`: one type, and what it looked like in every version.
//!
//! `attr` reads the statements, `check` and `history` prove that they fit together, `expand` writes the shapes.

mod attr;
mod bare;
mod check;
mod claims;
mod constrained;
mod expand;
mod fingerprint;
mod history;
mod misspelt;
mod model;
mod opaque;
mod plain;
mod positions;
mod replaced;
mod sensitive;
pub(crate) mod serde_attrs;
pub(crate) mod shape;
mod variants;
mod wire_names;

pub(crate) use expand::changes::cased;
pub(crate) use expand::contains;
pub(crate) use variants::{cased_variant, snake};

use crate::crate_path;
use crate::diag::Sink;
use crate::names;
use attr::Verb;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Field, Item, ItemStruct, parse_quote};

/// The item with its history; with errors, the item as if nothing had ever changed.
pub(crate) fn expand(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut sink = Sink::new();
    let args = &mut args.clone();
    let _renamed = crate_path::take(args, &mut sink);
    let parsed = match syn::parse2::<Item>(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            sink.push(error);
            let errors = sink.finish();
            return quote!(#errors #item);
        }
    };
    // What else is wrong cannot be told without all statements.
    if misspelt::refuse(&parsed, &mut sink) || opaque::refuse(&parsed, &mut sink) {
        let mut item = parsed;
        strip_item(&mut item);
        let (errors, stub) = (sink.finish(), bare::stub(&item));
        return quote!(#errors #item #stub);
    }
    if args.is_empty() && bare::is_bare(&parsed) {
        let mut item = parsed;
        let shape = bare::expand(&item);
        bare::strip(&mut item);
        let nothing = sink.finish();
        return quote!(#nothing #item #shape);
    }
    if let Item::Enum(mut item) = parsed {
        let history = variants::expand(args, &item, &mut sink);
        if history.is_some() {
            take_over_derives(&mut item.attrs);
        }
        let mut item = Item::Enum(item);
        strip_item(&mut item);
        let history = history.unwrap_or_else(|| bare::stub(&item));
        let errors = sink.finish();
        return quote!(#errors #item #history);
    }
    check::arguments(args, &mut sink);
    let mut item = match check::structure(parsed, &mut sink) {
        Ok(item) => item,
        Err(mut other) => {
            strip_item(&mut other);
            let (errors, stub) = (sink.finish(), bare::stub(&other));
            return quote!(#errors #other #stub);
        }
    };
    let model = check::model(&item, &mut sink);
    strip_struct(&mut item);
    match model {
        Some(model) if sink.is_clean() => {
            take_over_derives(&mut item.attrs);
            let history = expand::expand(&model);
            let nothing = sink.finish();
            quote!(#nothing #item #history)
        }
        // The derives stay as written, so that whatever uses them meets no second error.
        _ => {
            let item = Item::Struct(item);
            let (errors, stub) = (sink.finish(), bare::stub(&item));
            quote!(#errors #item #stub)
        }
    }
}

/// Removes the derives that the expansion replaces. Their helper attributes stay, for the derives of others.
fn take_over_derives(attrs: &mut Vec<Attribute>) {
    for attribute in attrs.iter_mut() {
        let paths = check::derived(attribute);
        if paths.iter().any(check::is_ours) {
            let others = paths.iter().filter(|path| !check::is_ours(path));
            *attribute = parse_quote!(#[derive(#(#others),*)]);
        }
    }
    attrs.retain(|attribute| !attribute.path().is_ident("derive") || !check::derived(attribute).is_empty());
    let private = names::private();
    // First, because a helper attribute may not stand above its derive.
    attrs.insert(0, parse_quote!(#[derive(#private::Attributes)]));
}

fn strip(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attribute| !is_helper(attribute));
}

/// Whether an attribute is for `#[versioned]`, rightly or not.
fn is_helper(attribute: &Attribute) -> bool {
    Verb::of(attribute).is_some()
        || replaced::is_ours(attribute)
        || variants::is_retagged(attribute)
        || misspelt::meant(attribute).is_some()
        || constrained::is_ours(attribute)
        || sensitive::is_ours(attribute)
        || shape::is_opaque(attribute)
        || crate::fingerprint::is_ours(attribute)
}

/// [`strip`], where no type stands.
fn strip_inner(attrs: &mut Vec<Attribute>) {
    strip(attrs);
    attrs.retain(|attribute| !misspelt::is_nested(attribute));
}

fn strip_fields<'a>(fields: impl IntoIterator<Item = &'a mut Field>) {
    for field in fields {
        strip_inner(&mut field.attrs);
    }
}

fn strip_struct(item: &mut ItemStruct) {
    strip(&mut item.attrs);
    strip_fields(&mut item.fields);
}

fn strip_item(item: &mut Item) {
    match item {
        Item::Struct(item) => strip_struct(item),
        Item::Enum(item) => {
            strip(&mut item.attrs);
            for variant in &mut item.variants {
                strip_inner(&mut variant.attrs);
                strip_fields(&mut variant.fields);
            }
        }
        Item::Union(item) => {
            strip(&mut item.attrs);
            strip_fields(&mut item.fields.named);
        }
        // Our attributes cannot stand anywhere in there.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use std::fmt::Write as _;

    fn expand(item: &str) -> String {
        let item = item.parse::<TokenStream>().unwrap();
        super::expand(&TokenStream::new(), &item).to_string()
    }

    /// Whatever stands where a statement does, the macro answers with errors and the item.
    #[test]
    fn no_input_makes_the_macro_panic() {
        let words = [
            "in",
            "was",
            "into",
            "upgrade",
            "downgrade",
            "default",
            "note",
            "check",
            "lossless",
            "lossy",
            "= \"2024-12-18\"",
            "= f",
            "(a)",
            "(a: u8)",
            "(b, c: u8)",
            "(B)",
            "(C { a: u8 })",
            "(tag = \"t\")",
            "(tag = \"t\", content)",
            "(untagged)",
            "(u8, u8)",
            "()",
            ",",
            ",",
            "!",
            "\"\"",
        ];
        // A linear congruential generator: the same inputs every time.
        let mut seed = 7_u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for _ in 0..4000 {
            let mut attributes = String::new();
            for _ in 0..=next(3) {
                let verb = ["changed", "renamed", "removed", "added", "retagged", "replaced", "constrained"]
                    [next(7)];
                let arguments: Vec<_> = (0..next(12)).map(|_| words[next(words.len())]).collect();
                let arguments = arguments.join(" ");
                let dated = ["", "in = \"2024-12-18\", "][next(2)];
                let _ = write!(attributes, "#[{verb}({dated}{arguments})]");
            }
            let (on_struct, on_field) =
                if next(2) == 0 { (attributes, String::new()) } else { (String::new(), attributes) };
            let item = match next(3) {
                0 => format!("{on_struct} struct A {{ {on_field} a: u8, b: u8 }}"),
                1 => format!("{on_struct} struct A ({on_field} u8, u8);"),
                _ => format!("{on_struct} enum A {{ {on_field} A, B, D(u8) }}"),
            };
            let text = expand(&format!("#[derive(Serialize, Deserialize)] {item}"));
            assert!(text.contains("struct A") || text.contains("enum A"), "{text}");
            assert!(text.contains("compile_error") || text.contains("impl"), "{text}");
        }
    }

    /// Shapes are made by dates: not by statements, and not by versions, of which the macro knows none.
    #[test]
    fn there_is_one_shape_for_each_date_and_one_more() {
        let of = |serde: &str| {
            expand(&format!(
                "#[derive(Serialize, Deserialize, JsonSchema)] struct A {{
                    #[renamed(in = \"2024-12-18\", was(old_a))] {serde} a: u8,
                    #[added(in = \"2024-12-18\", default)] b: u8,
                    #[changed(in = \"2025-09-30\", was(c: u8), upgrade = up, downgrade = down)]
                    #[renamed(in = \"2024-12-18\", was(old_c))] c: u16,
                    #[added(in = \"2026-12-01\", default)] d: u8,
                }}"
            ))
        };
        let plain = of("");
        for of_a_shape in [":: read (", ":: write (", "struct __A"] {
            assert_eq!(plain.matches(of_a_shape).count(), 3 + 1, "{of_a_shape} in {plain}");
        }
        // Head, older shapes to be read, and for those to be written a view and what is derived for it.
        let mirrored = of("#[serde(with = \"hex\")]");
        assert_eq!(mirrored.matches("struct __A").count(), 1 + 3 + 2 * 3, "{mirrored}");
    }

    #[test]
    fn an_attribute_without_arguments_is_an_error() {
        for attribute in
            ["#[changed]", "#[changed = \"2024-12-18\"]", "#[renamed()]", "#[serde] #[added[default]]"]
        {
            let text = expand(&format!("#[derive(Serialize)] struct A {{ {attribute} a: u8 }}"));
            assert_eq!(text.matches("compile_error").count(), 1, "{text}");
        }
    }
}
