//! A body of twenty items, written for a client one version behind and for one fifty versions behind.

use super::Table;
use super::line::{Line, Line4, Money, Order};
use serde_json::{Map, Value};

const CALLS_A_ROUND: u32 = 500;
const ITEMS: u32 = 20;

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    table.row("head, nothing to convert", order, |order| serde_json::to_vec(&order));
    table.row("`From` structs, versions: 1", order, |order| serde_json::to_vec(&order.map(Line4::from)));
    table.row("`From` structs, versions: 50", order, |order| serde_json::to_vec(&order.map(Line::oldest)));
    table.row("`Value` editing, versions: 1", order, |order| edited(&order, 1));
    table.row("`Value` editing, versions: 50", order, |order| edited(&order, EDITS.len()));
    table
}

fn order() -> Order<Line> {
    let line = |number: u32| Line {
        sku_code: format!("sku-{number:04}"),
        title: "Touring wheel, 700c".to_owned(),
        quantity: number + 1,
        unit_price: Money { value: 14_975 + i64::from(number), currency: "EUR".to_owned() },
        priority: 3,
        note: number.is_multiple_of(2).then(|| "leave at the back door".to_owned()),
    };
    Order { id: 417, items: (0..ITEMS).map(line).collect() }
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
    fn both_ways_of_downgrading_write_the_same_body() {
        let value = |json: Vec<u8>| serde_json::from_slice::<Value>(&json).unwrap();
        let one = serde_json::to_vec(&order().map(Line4::from)).unwrap();
        let fifty = serde_json::to_vec(&order().map(Line::oldest)).unwrap();
        assert_eq!(value(one), value(edited(&order(), 1).unwrap()));
        assert_eq!(value(fifty), value(edited(&order(), EDITS.len()).unwrap()));
    }
}
