//! A version reaches wherever serde does.

use super::{read, show};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use steadfast::versioned;

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    #[renamed(in = "2025-01-01", was(name))]
    title: String,
}

fn item() -> Item {
    Item { title: "a".to_owned() }
}

#[test]
fn containers_pass_the_version_on() {
    type All = (
        Vec<Item>,
        Option<Item>,
        Box<Item>,
        BTreeMap<String, Item>,
        HashMap<u8, Item>,
        [Item; 1],
        Cow<'static, Item>,
    );
    let all: All = (
        vec![item()],
        Some(item()),
        Box::new(item()),
        [("k".to_owned(), item())].into(),
        [(1, item())].into(),
        [item()],
        Cow::Owned(item()),
    );
    let text = r#"[[{"name":"a"}],{"name":"a"},{"name":"a"},{"k":{"name":"a"}},{"1":{"name":"a"}},[{"name":"a"}],{"name":"a"}]"#;
    assert_eq!(show("2024-01-01", &all), text);
    assert_eq!(read::<All>("2024-01-01", text).unwrap(), all);
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Page<T, K = u8>
where
    T: Clone,
{
    #[changed(in = "2025-01-01", was(items: Vec<T>), upgrade = Rows::from, downgrade = Rows::to_vec)]
    rows: Rows<T>,
    #[added(in = "2024-06-01", default)]
    key: Option<K>,
    #[serde(skip)]
    _kind: PhantomData<K>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Rows<T> {
    data: Vec<T>,
}

impl<T> From<Vec<T>> for Rows<T> {
    fn from(data: Vec<T>) -> Self {
        Self { data }
    }
}

impl<T: Clone> Rows<T> {
    fn to_vec(&self) -> Vec<T> {
        self.data.clone()
    }
}

#[test]
fn generic_types_and_their_arguments_both_have_histories() {
    let page: Page<Item> = Page { rows: vec![item()].into(), key: Some(1), _kind: PhantomData };
    assert_eq!(show("2025-01-01", &page), r#"{"rows":{"data":[{"title":"a"}]},"key":1}"#);
    assert_eq!(show("2024-06-01", &page), r#"{"items":[{"name":"a"}],"key":1}"#);
    assert_eq!(show("2024-01-01", &page), r#"{"items":[{"name":"a"}]}"#);
    let read: Page<Item> = read("2024-01-01", r#"{"items":[{"name":"a"}]}"#).unwrap();
    assert_eq!(read, Page { key: None, ..page });
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Node {
    #[renamed(in = "2025-01-01", was(label))]
    name: String,
    #[added(in = "2025-01-01", default)]
    weight: u8,
    kids: Vec<Self>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<Box<Self>>,
}

#[test]
fn recursive_types_have_one_shape_at_every_depth() {
    let leaf = Node { name: "leaf".to_owned(), weight: 0, kids: vec![], twin: None };
    let root =
        Node { name: "root".to_owned(), weight: 0, kids: vec![leaf.clone()], twin: Some(Box::new(leaf)) };
    let text = r#"{"label":"root","kids":[{"label":"leaf","kids":[]}],"twin":{"label":"leaf","kids":[]}}"#;
    assert_eq!(show("2024-01-01", &root), text);
    assert_eq!(read::<Node>("2024-01-01", text).unwrap(), root);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Envelope {
    id: u8,
    #[serde(flatten)]
    item: Item,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    Created(Item),
    Gone { item: Item },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Item>),
    One(Item),
}

#[test]
fn flattened_and_tagged_types_too() {
    let envelope = Envelope { id: 1, item: item() };
    assert_eq!(show("2024-01-01", &envelope), r#"{"id":1,"name":"a"}"#);
    assert_eq!(read::<Envelope>("2024-01-01", r#"{"id":1,"name":"a"}"#).unwrap(), envelope);

    let events = vec![Event::Created(item()), Event::Gone { item: item() }];
    let text = r#"[{"type":"created","name":"a"},{"type":"gone","item":{"name":"a"}}]"#;
    assert_eq!(show("2024-01-01", &events), text);
    assert_eq!(read::<Vec<Event>>("2024-01-01", text).unwrap(), events);

    assert_eq!(read::<OneOrMany>("2024-01-01", r#"{"name":"a"}"#).unwrap(), OneOrMany::One(item()));
}
