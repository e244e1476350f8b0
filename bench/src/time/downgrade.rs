//! A body of twenty items, written for a client one version behind and for one fifty versions behind.

use super::Table;
use super::line::{Line, Line4, Order};
use super::versioned_line::{self as versioned, FIFTY_AWAY, ONE_AWAY};
use serde_json::{Map, Value};
use steadfast::at_version;

const CALLS_A_ROUND: u32 = 500;
const HEAD: &str = "head, nothing to convert";

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    let order = Order::of_twenty;
    table.row(HEAD, order, |order| serde_json::to_vec(&order));
    table.row("`From` structs, versions: 1", order, |order| serde_json::to_vec(&order.map(Line4::from)));
    table.row("`From` structs, versions: 50", order, |order| serde_json::to_vec(&order.map(Line::oldest)));
    table.row("`Value` editing, versions: 1", order, |order| edited(&order, 1));
    table.row("`Value` editing, versions: 50", order, |order| edited(&order, EDITS.len()));
    for (name, date) in [("1", ONE_AWAY), ("50", FIFTY_AWAY)] {
        table.row(format!("`#[versioned]`, versions: {name}"), versioned::order, move |order| {
            at_version(date, || serde_json::to_vec(&order))
        });
    }
    for way in ["`From` structs", "`Value` editing", "`#[versioned]`"] {
        for versions in [1, 50] {
            let row = format!("{way}, versions: {versions}");
            table.above(format!("above head: {row}"), row, HEAD);
        }
    }
    table
}

/// The changes of a line, newest first.
const EDITS: [fn(&mut Map<String, Value>); 5] = [
    |line| {
        let price = line.remove("unit_price").and_then(|mut price| price.get_mut("value").map(Value::take));
        line.insert("unit_price_cents".to_owned(), price.unwrap_or_default());
    },
    |line| drop(line.remove("priority")),
    |line| rename(line, "sku_code", "sku"),
    |line| {
        if let Some(quantity) = line.get_mut("quantity") {
            *quantity = Value::String(quantity.to_string());
        }
    },
    |line| rename(line, "title", "description"),
];

fn rename(line: &mut Map<String, Value>, from: &str, to: &str) {
    let value = line.remove(from).unwrap_or_default();
    line.insert(to.to_owned(), value);
}

fn edited(order: &Order<Line>, edits: usize) -> serde_json::Result<Vec<u8>> {
    let mut order = serde_json::to_value(order)?;
    // As frameworks that edit trees do it: change by change over the whole body.
    for edit in &EDITS[..edits] {
        let items = order.get_mut("items").and_then(Value::as_array_mut);
        items.into_iter().flatten().filter_map(Value::as_object_mut).for_each(edit);
    }
    serde_json::to_vec(&order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_downgrading_write_the_same_body() {
        let value = |json: Vec<u8>| serde_json::from_slice::<Value>(&json).unwrap();
        let order = Order::of_twenty();
        let one = serde_json::to_vec(&order.clone().map(Line4::from)).unwrap();
        let fifty = serde_json::to_vec(&order.clone().map(Line::oldest)).unwrap();
        let declared = |date| at_version(date, || serde_json::to_vec(&versioned::order())).unwrap();
        assert_eq!(one, declared(ONE_AWAY));
        assert_eq!(fifty, declared(FIFTY_AWAY));
        assert_eq!(value(one), value(edited(&order, 1).unwrap()));
        assert_eq!(value(fifty), value(edited(&order, EDITS.len()).unwrap()));
    }
}
