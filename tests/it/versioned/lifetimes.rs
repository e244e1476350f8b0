//! Types that borrow, and all kinds of parameters.

use super::{date, read, show};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use steadfast::{at_version, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Borrowed<'a> {
    #[renamed(in = "2025-01-01", was(title))]
    name: &'a str,
    #[serde(borrow)]
    #[changed(in = "2025-01-01", was(#[serde(borrow)] memo: Option<Cow<'a, str>>), upgrade = Option::unwrap_or_default, downgrade = some)]
    note: Cow<'a, str>,
    #[added(in = "2026-01-01", default)]
    bytes: Option<&'a str>,
}

#[allow(clippy::unnecessary_wraps, reason = "the older column was optional")]
fn some<'a>(note: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    Some(note.clone())
}

#[test]
fn what_is_parsed_is_borrowed_in_every_shape() {
    let value = Borrowed { name: "n", note: Cow::Borrowed("x"), bytes: None };
    for (version, text) in [
        ("2024-01-01", r#"{"title":"n","memo":"x"}"#),
        ("2025-01-01", r#"{"name":"n","note":"x"}"#),
        ("2026-01-01", r#"{"name":"n","note":"x","bytes":null}"#),
    ] {
        assert_eq!(show(version, &value), text);
        let read: Borrowed<'_> = at_version(date(version), || serde_json::from_str(text)).unwrap();
        assert_eq!(read, value);
        assert!(matches!(read.note, Cow::Borrowed(_)) || version == "2024-01-01", "{version}");
        assert!(text.as_bytes().as_ptr_range().contains(&read.name.as_ptr()));
    }
}

/// What owns its text is read from anything.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Owned<'a, 'b> {
    #[renamed(in = "2025-01-01", was(title))]
    name: Cow<'a, str>,
    #[added(in = "2025-01-01", default = Cow::Borrowed("-"))]
    note: Cow<'b, str>,
}

fn is_owned<T: DeserializeOwned>(version: &str, text: &str) -> T {
    read(version, text).unwrap()
}

#[test]
fn what_does_not_borrow_is_owned() {
    let value: Owned<'static, 'static> = is_owned("2024-01-01", r#"{"title":"n"}"#);
    assert_eq!(value, Owned { name: "n".into(), note: "-".into() });
    assert_eq!(show("2024-01-01", &value), r#"{"title":"n"}"#);
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[removed(in = "2025-01-01", was(Raw(&'a str)), upgrade = Event::raw)]
enum Event<'a, T = u8> {
    #[serde(borrow)]
    Named(Borrowed<'a>),
    #[added(in = "2025-01-01", downgrade = Event::earlier)]
    Value(T),
    Text(&'a str),
    #[added(in = "2026-01-01", was(None))]
    Late,
    None,
}

impl<'a, T> Event<'a, T> {
    fn raw(text: &'a str) -> Self {
        Self::Text(text)
    }

    #[allow(clippy::unused_self, reason = "a downgrade takes the whole")]
    fn earlier(&self) -> Self {
        Self::Text("a value")
    }
}

#[test]
fn enums_borrow_too() {
    let named = Event::<u8>::Named(Borrowed { name: "n", note: "x".into(), bytes: None });
    for (version, event, text) in [
        ("2024-01-01", &named, r#"{"Named":{"title":"n","memo":"x"}}"#),
        ("2025-01-01", &named, r#"{"Named":{"name":"n","note":"x"}}"#),
        ("2025-01-01", &Event::Value(1), r#"{"Value":1}"#),
        ("2024-01-01", &Event::Text("t"), r#"{"Text":"t"}"#),
        ("2026-01-01", &Event::Late, r#""Late""#),
    ] {
        assert_eq!(show(version, event), text);
        let read: Event<'_> = at_version(date(version), || serde_json::from_str(text)).unwrap();
        assert_eq!(read, *event);
    }
    assert_eq!(show("2024-01-01", &Event::Value(1)), r#"{"Text":"a value"}"#);
    assert_eq!(show("2024-01-01", &Event::<u8>::Late), r#""None""#);
    let raw: Event<'_> = at_version(date("2024-01-01"), || serde_json::from_str(r#"{"Raw":"r"}"#)).unwrap();
    assert_eq!(raw, Event::Text("r"));
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2025-01-01", was(&'a str), upgrade = |name| Line { name, }, downgrade = |line| line.name)]
struct Line<'a> {
    name: &'a str,
}

#[test]
fn what_was_replaced_borrows() {
    let line: Line<'_> = at_version(date("2024-01-01"), || serde_json::from_str(r#""x""#)).unwrap();
    assert_eq!(show("2024-01-01", &line), r#""x""#);
    assert_eq!(show("2025-01-01", &line), r#"{"name":"x"}"#);
}

/// Parameters of all kinds, with defaults.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Table<T, const WIDTH: usize = 2, K = String>
where
    T: Clone,
{
    #[changed(in = "2026-01-01", was(row: Vec<T>), upgrade = Cells::<T, WIDTH>::of, downgrade = Cells::vec)]
    #[renamed(in = "2025-01-01", was(line))]
    cells: Cells<T, WIDTH>,
    #[added(in = "2025-01-01", default)]
    key: Option<K>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq)]
struct Cells<T, const WIDTH: usize>([T; WIDTH]);

impl<T: Clone, const WIDTH: usize> Cells<T, WIDTH> {
    fn of(row: Vec<T>) -> Result<Self, String> {
        let width = row.len();
        row.try_into().map(Self).map_err(|_| format!("a row has {WIDTH} cells, not {width}"))
    }

    fn vec(&self) -> Vec<T> {
        self.0.to_vec()
    }
}

impl<T: Serialize, const WIDTH: usize> Serialize for Cells<T, WIDTH> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().enumerate())
    }
}

impl<'de, T: Deserialize<'de> + Clone, const WIDTH: usize> Deserialize<'de> for Cells<T, WIDTH> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cells = std::collections::BTreeMap::<usize, T>::deserialize(deserializer)?;
        Self::of(cells.into_values().collect()).map_err(serde::de::Error::custom)
    }
}

#[test]
fn constants_and_defaults_are_parameters_too() {
    let table: Table<u8> = Table { cells: Cells([1, 2]), key: None };
    for (version, text) in [
        ("2024-01-01", r#"{"line":[1,2]}"#),
        ("2025-01-01", r#"{"row":[1,2],"key":null}"#),
        ("2026-01-01", r#"{"cells":{"0":1,"1":2},"key":null}"#),
    ] {
        assert_eq!(show(version, &table), text);
        assert_eq!(read::<Table<u8>>(version, text).unwrap(), table);
    }
    let error = read::<Table<u8, 3>>("2024-01-01", r#"{"line":[1]}"#).unwrap_err().to_string();
    assert!(error.starts_with("a row has 3 cells, not 1"), "{error}");
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Choice<T, const N: usize = 1, K = u8> {
    #[renamed(in = "2025-01-01", was(First))]
    One(T),
    #[added(in = "2025-01-01", downgrade = |_| Choice::Nothing)]
    Two(K),
    Nothing,
}

#[test]
fn enums_have_all_parameters_too() {
    let one = Choice::<u8, 3>::One(1);
    assert_eq!(show("2024-01-01", &one), r#"{"First":1}"#);
    assert_eq!(read::<Choice<u8, 3>>("2024-01-01", r#"{"First":1}"#).unwrap(), one);
    assert_eq!(show("2024-01-01", &Choice::<u8>::Two(1)), r#""Nothing""#);
    assert_eq!(show("2025-01-01", &Choice::<u8>::Two(1)), r#"{"Two":1}"#);
}
