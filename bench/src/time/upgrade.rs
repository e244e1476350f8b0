//! A body of twenty items, read from a client at the head, one version behind and fifty versions behind.

use super::Table;
use super::line::{Line, Line0, Line4, Order};
use super::versioned_line::{self as versioned, FIFTY_AWAY, ONE_AWAY};
use serde_json::{Map, Value, json};
use steadfast::at_version;

const CALLS_A_ROUND: u32 = 500;
const HEAD: &str = "head, nothing to convert";

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    let head = || serde_json::to_vec(&Order::of_twenty()).unwrap_or_default();
    let one = || serde_json::to_vec(&Order::of_twenty().map(Line4::from)).unwrap_or_default();
    let fifty = || serde_json::to_vec(&Order::of_twenty().map(Line::oldest)).unwrap_or_default();
    table.row(HEAD, head, |body| serde_json::from_slice::<Order<Line>>(&body));
    table.row("`From` structs, versions: 1", one, |body| {
        serde_json::from_slice::<Order<Line4>>(&body).map(|order| order.map(Line::from))
    });
    table.row("`From` structs, versions: 50", fifty, |body| {
        serde_json::from_slice::<Order<Line0>>(&body).map(|order| order.map(Line::of_oldest))
    });
    table.row("`Value` editing, versions: 1", one, |body| edited(&body, 1));
    table.row("`Value` editing, versions: 50", fifty, |body| edited(&body, EDITS.len()));
    table.row("`#[versioned]`, versions: 1", one, |body| {
        at_version(ONE_AWAY, || serde_json::from_slice::<Order<versioned::Line>>(&body))
    });
    table.row("`#[versioned]`, versions: 50", fifty, |body| {
        at_version(FIFTY_AWAY, || serde_json::from_slice::<Order<versioned::Line>>(&body))
    });
    table
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
        let one = serde_json::to_vec(&order.clone().map(Line4::from)).unwrap();
        let fifty = serde_json::to_vec(&order.clone().map(Line::oldest)).unwrap();
        let by_hand: Order<Line0> = serde_json::from_slice(&fifty).unwrap();
        assert_eq!(by_hand.map(Line::of_oldest), order);
        assert_eq!(edited(&one, 1).unwrap(), order);
        assert_eq!(edited(&fifty, EDITS.len()).unwrap(), order);
        for (date, body) in [(ONE_AWAY, one), (FIFTY_AWAY, fifty)] {
            let declared: Order<versioned::Line> =
                at_version(date, || serde_json::from_slice(&body)).unwrap();
            assert_eq!(declared, versioned::order());
        }
    }
}
