//! What it costs to tell whether two requests ask for the same, by the size of their JSON bodies.

use super::Table;
use crate::payment;
use axum::body::Bytes;
use axum::http::Request;
use steadfast::__private::Fingerprinting;

const CALLS_A_ROUND: u32 = 200;

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    for (name, size) in [("256 B", 256), ("1 KiB", 1 << 10), ("16 KiB", 16 << 10), ("256 KiB", 256 << 10)] {
        let body = Bytes::from(body(size));
        let spaced = Bytes::from([&body[..], b" "].concat());
        let (first, replay, rewritten) = (probe(), probe(), probe());
        let recorded = first.recorded(&body);
        let sent = body.clone();
        table.row(format!("{name}, first request"), move || sent.clone(), move |body| first.recorded(&body));
        let compared = recorded;
        table.row(
            format!("{name}, replay"),
            move || body.clone(),
            move |body| replay.is_same(&body, &compared),
        );
        table.row(
            format!("{name}, replay in other bytes"),
            move || spaced.clone(),
            move |body| rewritten.is_same(&body, &recorded),
        );
    }
    table
}

fn probe() -> Fingerprinting {
    let (parts, ()) = Request::post("/payments").body(()).unwrap_or_default().into_parts();
    Fingerprinting::new(&[[7; 32]], parts)
}

/// A payment of `size` bytes: with some of its members, or with more items.
pub(super) fn body(size: usize) -> String {
    let mut body = payment::NEWEST.to_owned();
    if size < body.len() {
        r#"{"reference":"INV-417","amount":"1289.50","currency":"EUR","method":"sepa","retries":2,"note":""}"#.clone_into(&mut body);
    }
    let items = body.find("],\"labels").unwrap_or(body.len());
    let mut more = String::new();
    for number in 0.. {
        let item =
            format!(r#",{{"sku":"part-{number}","quantity":{},"price":"{number}.00","tax":25}}"#, number % 7);
        if body.len() + more.len() + item.len() > size || items == body.len() {
            break;
        }
        more.push_str(&item);
    }
    body.insert_str(items, &more);
    let note = body.find("\"note\":\"").map_or(body.len(), |at| at + 8);
    body.insert_str(note, &"x".repeat(size.saturating_sub(body.len())));
    body
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn bodies_are_json_of_their_size() {
        for size in [256, 1 << 10, 16 << 10, 256 << 10] {
            let body = body(size);
            assert_eq!(body.len(), size);
            serde_json::from_str::<serde_json::Value>(&body).unwrap();
        }
    }
}
