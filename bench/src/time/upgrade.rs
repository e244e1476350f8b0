//! A body of twenty items, read from clients that are more and more versions behind.

use super::Table;
use super::distances::{self, Way};
use super::line::{Line, Line0, Line3, Line4, Order};
use super::versioned_line::{self as versioned, DISTANCES, behind, changes};
use serde_json::{Map, Value, json};
use steadfast::at_version;

const CALLS_A_ROUND: u32 = 500;
const HEAD: &str = "head, nothing to convert";

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    let head = || serde_json::to_vec(&Order::of_twenty()).unwrap_or_default();
    table.row(HEAD, head, |body| serde_json::from_slice::<Order<Line>>(&body));
    for versions in DISTANCES {
        let changes = changes(versions);
        let body = move || sent(versions);
        table.row(distances::row(Way::Declared, versions), body, move |body| {
            at_version(behind(versions), || serde_json::from_slice::<Order<versioned::Line>>(&body))
        });
        table.row(distances::row(Way::Structs, versions), body, move |body| by_hand(&body, changes));
        table.row(distances::row(Way::Values, versions), body, move |body| edited(&body, changes));
    }
    table
}

/// The body of a client that is so many versions behind.
fn sent(versions: u32) -> Vec<u8> {
    at_version(behind(versions), || serde_json::to_vec(&versioned::order())).unwrap_or_default()
}

/// Converted struct by struct.
fn by_hand(body: &[u8], changes: usize) -> serde_json::Result<Order<Line>> {
    match changes {
        1 => serde_json::from_slice::<Order<Line4>>(body).map(|order| order.map(Line::from)),
        2 => serde_json::from_slice::<Order<Line3>>(body).map(|order| order.map(Line::from)),
        _ => serde_json::from_slice::<Order<Line0>>(body).map(|order| order.map(Line::from)),
    }
}

/// The changes of a line, newest first.
const EDITS: [fn(&mut Map<String, Value>); 5] = [
    |line| {
        let cents = line.remove("unit_price_cents");
        line.insert("unit_price".to_owned(), json!({ "value": cents, "currency": "EUR" }));
    },
    |line| drop(line.insert("priority".to_owned(), 3.into())),
    |line| rename(line, "sku", "sku_code"),
    |line| {
        if let Some(quantity) = line.get_mut("quantity") {
            *quantity = quantity.as_str().and_then(|text| text.parse::<u32>().ok()).into();
        }
    },
    |line| rename(line, "description", "title"),
];

fn rename(line: &mut Map<String, Value>, from: &str, to: &str) {
    let value = line.remove(from).unwrap_or_default();
    line.insert(to.to_owned(), value);
}

fn edited(body: &[u8], edits: usize) -> serde_json::Result<Order<Line>> {
    let mut order: Value = serde_json::from_slice(body)?;
    for edit in EDITS[..edits].iter().rev() {
        let items = order.get_mut("items").and_then(Value::as_array_mut);
        items.into_iter().flatten().filter_map(Value::as_object_mut).for_each(edit);
    }
    serde_json::from_value(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_upgrading_read_the_same_order() {
        let order = Order::of_twenty();
        for versions in DISTANCES {
            let (body, changes) = (sent(versions), changes(versions));
            assert_eq!(by_hand(&body, changes).unwrap(), order, "{versions}");
            assert_eq!(edited(&body, changes).unwrap(), order, "{versions}");
            let declared: Order<versioned::Line> =
                at_version(behind(versions), || serde_json::from_slice(&body)).unwrap();
            assert_eq!(declared, versioned::order(), "{versions}");
        }
    }
}
