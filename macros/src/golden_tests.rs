//! Expansions that are reviewed as code: `tests/expand/<macro>/<case>.in.rs` becomes `<case>.out.rs`.
//!
//! `STEADFAST_BLESS=1 cargo test -p steadfast-macros` rewrites what comes out.

use proc_macro2::TokenStream;
use std::fs;
use std::path::Path;
use syn::{Attribute, File, Item};

/// Expands the first `#[name(..)]` item of every case of `tests/expand/<name>` by `expand`.
fn check(name: &str, expand: impl Fn(&TokenStream, &TokenStream) -> TokenStream) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand").join(name);
    let mut cases = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let input = entry.unwrap().path();
        let Some(case) = input.to_str().unwrap().strip_suffix(".in.rs").map(str::to_owned) else { continue };
        cases += 1;
        let actual = expanded(&fs::read_to_string(&input).unwrap(), name, &expand);
        let output = format!("{case}.out.rs");
        if std::env::var_os("STEADFAST_BLESS").is_some() {
            fs::write(&output, &actual).unwrap();
        }
        assert_eq!(fs::read_to_string(&output).unwrap_or_default(), actual, "{output}");
    }
    assert!(cases > 0, "no cases in {}", folder.display());
}

fn expanded(source: &str, name: &str, expand: impl Fn(&TokenStream, &TokenStream) -> TokenStream) -> String {
    let mut file: File = syn::parse_str(source).unwrap();
    let mut items = Vec::new();
    for mut item in file.items.drain(..) {
        let attrs: &mut Vec<Attribute> = match &mut item {
            Item::Struct(item) => &mut item.attrs,
            Item::Enum(item) => &mut item.attrs,
            Item::Fn(item) => &mut item.attrs,
            _ => continue,
        };
        let Some(at) = attrs.iter().position(|attribute| attribute.path().is_ident(name)) else {
            continue;
        };
        let args = match attrs.remove(at).meta {
            syn::Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        let expansion: File = syn::parse2(expand(&args, &quote::quote!(#item))).unwrap();
        items.extend(expansion.items);
    }
    file.items = items;
    prettyplease::unparse(&file)
}

#[test]
fn versioned() {
    check("versioned", crate::versioned::expand);
}

#[test]
fn get() {
    check("get", |args, item| crate::endpoint::expand("get", args.clone(), item.clone()));
}

#[test]
fn post() {
    check("post", |args, item| crate::endpoint::expand("post", args.clone(), item.clone()));
}

#[test]
fn derive() {
    check("derive", |_, item| crate::change::derive(item.clone()));
}
