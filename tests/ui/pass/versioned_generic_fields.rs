//! Generic types that hold others with a history: what serde needs of a parameter is all that reads and writes them.
#![deny(warnings)]
#![allow(dead_code)]

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::{Shape, Versioned, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Page<T> {
    #[renamed(in = "2024-12-18", was(data))]
    items: Vec<T>,
}

/// Serde derives for its shapes, because one of its fields is flattened.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Mirrored<T> {
    #[renamed(in = "2024-12-18", was(old))]
    page: Page<T>,
    #[serde(flatten)]
    more: BTreeMap<String, u8>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Either<T> {
    #[renamed(in = "2024-12-18", was(Leaf))]
    One(T),
    Many(Page<T>),
}

/// Nothing changed about this one and the next ones.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Plain<T> {
    page: Page<T>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair<K, T>(Option<Page<T>>, K, (T, Page<K>));

#[versioned]
#[derive(Serialize, Deserialize)]
enum PlainEither<T> {
    None,
    One(T),
    Many { pages: Vec<Page<T>> },
}

/// The bounds of the user stay, and so do serde's derives.
#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Shape + Serialize", deserialize = "T: Shape + Deserialize<'de>"))]
struct Bounded<T> {
    page: Page<T>,
}

fn is_body<T: Shape + Serialize + DeserializeOwned>() {
    fn body<T: Serialize + DeserializeOwned>() {}
    body::<Mirrored<T>>();
    body::<Either<T>>();
    body::<Plain<T>>();
    body::<Pair<String, T>>();
    body::<PlainEither<T>>();
    body::<Bounded<T>>();
}

fn main() {
    is_body::<u8>();
    let _: Option<Versioned<Plain<u8>>> = None;
}
