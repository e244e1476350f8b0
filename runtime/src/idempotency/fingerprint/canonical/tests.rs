use super::super::intent::{Part, Parts, PartsOf};
use super::{Chosen, Form};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

fn formed(body: &str, form: Form) -> Option<String> {
    super::canonical(body.as_bytes(), form, |text| text.map(|text| String::from_utf8(text.to_vec()).unwrap()))
}

fn canonical(body: &str) -> Option<String> {
    formed(body, Form::default())
}

fn by_value(body: &str) -> Option<String> {
    formed(body, Form { numbers_by_value: true, ..Form::default() })
}

fn only(pointers: &'static [&'static str], body: &str) -> Option<String> {
    chosen(Chosen { only: Some(pointers), ..Chosen::default() }, body)
}

fn except(pointers: &'static [&'static str], body: &str) -> Option<String> {
    chosen(Chosen { except: pointers, ..Chosen::default() }, body)
}

fn chosen(chosen: Chosen, body: &str) -> Option<String> {
    formed(body, Form { chosen: Some(chosen), ..Form::default() })
}

#[track_caller]
fn same(one: &str, two: &str) {
    assert!(canonical(one).is_some(), "{one}");
    assert_eq!(canonical(one), canonical(two), "{one} and {two}");
}

#[track_caller]
fn different(one: &str, two: &str) {
    assert!(canonical(one).is_none() || canonical(one) != canonical(two), "{one} and {two}");
}

#[test]
fn what_does_not_count() {
    same(r#"{"a":1,"b":[true,null]}"#, " {\"b\" : [ true , null ],\n\"a\":1}");
    same(r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":2}}"#, r#"{"b":{"y":2,"x":1},"a":{"y":2,"x":1}}"#);
    same(r#"[{"b":1,"a":[{"d":1,"c":2}]},5]"#, r#"[{"a":[{"c":2,"d":1}],"b":1},5]"#);
    same(r#""é""#, r#""\u00e9""#);
    same(r#"{"\u0061":1,"b":2}"#, r#"{"b":2,"a":1}"#);
    same(r#""a\/\u000a\ud83d\ude00\u0022""#, r#""a/\n😀\"""#);
}

#[test]
fn what_counts() {
    different("1", "1.0");
    different("12.5", "12.50");
    different("18446744073709551616", "18446744073709551617");
    different("0.1000000000000000055", "0.1");
    different("[1,2]", "[12]");
    different(r#"{"a":"\\\""}"#, r#"{"a":"\""}"#);
    different("1", "\"1\"");
    different("-1", "18446744073709551615");
    different("[1,2]", "[2,1]");
    different("[[1],2]", "[[1,2]]");
    different(r#"["a","b"]"#, r#"["ab"]"#);
    different(r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#);
    different("null", "false");
    different("{}", "[]");
}

#[test]
fn only_a_whole_document_has_a_canonical_form() {
    for malformed in [
        "",
        " ",
        "{",
        "}",
        "{} {}",
        "{\"a\":1,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{1:1}",
        "{,}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "nul",
        "nulls",
        "01",
        "-",
        "1.",
        ".1",
        "1e",
        "1e+",
        "+1",
        "1_0",
        "\"",
        "\"\n\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\",
        "'a'",
        &"[".repeat(1000),
        &("[".repeat(200) + &"]".repeat(200)),
    ] {
        assert_eq!(canonical(malformed), None, "{malformed}");
    }
}

fn documents() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        (-1000..1000_i32).prop_map(|n| Json::from(f64::from(n) / 8.0)),
        "\\PC{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            proptest::collection::btree_map("[a-f]{0,3}", inner, 0..6)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// The document with the members of every object in another order.
fn shuffled(document: &Json, out: &mut String, turn: &mut usize) {
    match document {
        Json::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            let by = *turn % members.len().max(1);
            members.rotate_left(by);
            *turn += 1;
            out.push('{');
            for (i, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if i == 0 { " " } else { " , " });
                out.push_str(&json!(name).to_string());
                out.push(':');
                shuffled(value, out, turn);
            }
            out.push('}');
        }
        Json::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                shuffled(element, out, turn);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn scalars<'a>(document: &'a mut Json, all: &mut Vec<&'a mut Json>) {
    match document {
        Json::Object(members) => members.values_mut().for_each(|value| scalars(value, all)),
        Json::Array(elements) => elements.iter_mut().for_each(|element| scalars(element, all)),
        scalar => all.push(scalar),
    }
}

/// White space is put between all tokens, and every letter of a string is an escape.
fn written_otherwise(document: &Json, out: &mut String) {
    let string = |text: &str, out: &mut String| {
        out.push('"');
        for unit in text.encode_utf16() {
            write!(out, "\\u{unit:04X}").unwrap();
        }
        out.push_str("\"\n");
    };
    match document {
        Json::Object(members) => {
            out.push_str("\t{ ");
            for (i, (name, value)) in members.iter().rev().enumerate() {
                out.push_str(if i == 0 { "" } else { ",\r\n" });
                string(name, out);
                out.push_str(" : ");
                written_otherwise(value, out);
            }
            out.push_str(" } ");
        }
        Json::Array(elements) => {
            out.push_str("\t[ ");
            for (i, element) in elements.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { " , " });
                written_otherwise(element, out);
            }
            out.push_str(" ] ");
        }
        Json::String(text) => string(text, out),
        scalar => write!(out, "  {scalar} ").unwrap(),
    }
}

#[test]
fn the_form_is_json_whose_members_are_sorted() {
    for (body, form) in [
        (r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#),
        (r#"{"b":{"d":[{"f":1,"e":2}],"c":3},"a":4}"#, r#"{"a":4,"b":{"c":3,"d":[{"e":2,"f":1}]}}"#),
        (r#" { "b" : "\u0041" , "a" : 1.50 } "#, r#"{"a":1.50,"b":"A"}"#),
        (r#"{"account_number":1,"account_name":2}"#, r#"{"account_name":2,"account_number":1}"#),
        (r#"{"b":1,"a":2,"b":3,"a":4}"#, r#"{"a":2,"a":4,"b":1,"b":3}"#),
        ("{}", "{}"),
        (" [ ] ", "[]"),
    ] {
        assert_eq!(canonical(body).as_deref(), Some(form), "{body}");
    }
}

#[test]
fn numbers_can_count_by_value() {
    assert_eq!(by_value(r#"{"b":1.0,"a":[10e-1,-0]}"#), by_value(r#"{ "a" : [1,0], "b" : 1 }"#));
    assert_ne!(by_value("[1,2]"), by_value("[12]"));
    assert_ne!(by_value("9007199254740993"), by_value("9007199254740992"));
    assert_ne!(by_value("1"), by_value("\"1e0\""));
}

#[test]
fn only_what_is_pointed_at() {
    let amount = &["/amount", "/to/iban"];
    let base = only(amount, r#"{"amount":5,"note":"a","to":{"iban":"NO1","name":"x"}}"#);
    assert_eq!(base.as_deref(), Some(r#"{"amount":5,"to":{"iban":"NO1"}}"#));
    assert_eq!(only(amount, r#"{"to":{"iban":"NO1"},"amount":5,"more":[{}]}"#), base);
    for other in [
        r#"{"amount":6,"to":{"iban":"NO1"}}"#,
        r#"{"amount":5,"to":{"iban":"NO2"}}"#,
        r#"{"amount":5}"#,
        r#"{"amount":5,"to":{"iban":null}}"#,
        r#"{"amount":5,"amount":5,"to":{"iban":"NO1"}}"#,
    ] {
        assert_ne!(only(amount, other), base, "{other}");
    }
    // Absent is not `null`, but where it is absent from does not count.
    assert_ne!(only(amount, r#"{"amount":null}"#), only(amount, "{}"));
    for nothing in
        ["[]", "7", r#"{"to":{}}"#, r#"{"to":7}"#, r#"{"to":{"name":{}}}"#, r#"{"to":[{"iban":1}]}"#]
    {
        assert_eq!(only(amount, nothing), only(amount, "{}"), "{nothing}");
    }
    assert_eq!(only(&[""], r#"{"b":1,"a":2}"#), canonical(r#"{"b":1,"a":2}"#));
}

#[test]
fn pointers_reach_elements_and_escaped_names() {
    assert_eq!(only(&["/a~1b/m~0n"], r#"{"a/b":{"m~n":1,"m":2}}"#).as_deref(), Some(r#"{"a/b":{"m~n":1}}"#));
    assert_eq!(only(&["/\u{e9}"], r#"{"\u00e9":1,"e":2}"#).as_deref(), Some("{\"\u{e9}\":1}"));
    let first = only(&["/items/0/a", "/items/1/a"], r#"{"items":[{"a":1},{}]}"#);
    let second = only(&["/items/0/a", "/items/1/a"], r#"{"items":[{},{"a":1}]}"#);
    assert_ne!(first, second);
    assert_eq!(only(&["/items/1"], r#"{"items":[1,2,3]}"#), only(&["/items/1"], r#"{"items":[0,2]}"#));
    // A name that begins like the pointer is another.
    assert_eq!(only(&["/amount"], r#"{"amounts":1}"#), only(&["/amount"], "{}"));
}

#[test]
fn all_but_what_is_pointed_at() {
    let skip = &["/sent_at", "/meta/trace", "/items/1"];
    let base = except(skip, r#"{"sent_at":1,"amount":5,"meta":{"trace":"a","id":2},"items":[1,2]}"#);
    for same in [
        r#"{"amount":5,"meta":{"id":2},"items":[1]}"#,
        r#"{"items":[1,7],"meta":{"id":2,"trace":[]},"amount":5,"sent_at":{"a":[{}]},"sent_at":3}"#,
    ] {
        assert_eq!(except(skip, same), base, "{same}");
    }
    for other in [
        r#"{"amount":6,"meta":{"id":2},"items":[1]}"#,
        r#"{"amount":5,"items":[1]}"#,
        r#"{"amount":5,"meta":{"id":2,"traces":1},"items":[1]}"#,
        r#"{"amount":5,"meta":{"id":2},"items":[]}"#,
        r#"{"amount":5,"meta":{"id":2},"items":[1,2,3]}"#,
        r#"{"amount":5,"meta":{"id":2,"sent_at":1},"items":[1]}"#,
    ] {
        assert_ne!(except(skip, other), base, "{other}");
    }
    assert_ne!(except(&["/a/b"], r#"{"a":{}}"#), except(&["/a/b"], "{}"));
    assert_eq!(except(&["/a"], "{\"a\":}"), None);
}

#[test]
fn a_star_reaches_every_element_and_every_value() {
    let notes = &["/items/*/note"];
    let base = except(notes, r#"{"items":[{"sku":1,"note":"a"},{"note":"b","sku":2},{}]}"#);
    assert_eq!(except(notes, r#"{"items":[{"sku":1},{"sku":2,"note":[{}]},{"note":null}]}"#), base);
    for other in [
        r#"{"items":[{"sku":2},{"sku":1},{}]}"#,
        r#"{"items":[{"sku":1},{"sku":2}]}"#,
        r#"{"items":[{"sku":1},{"sku":2},{"notes":1}]}"#,
        r#"{"items":[{"sku":1},{"sku":2},{}],"note":1}"#,
        r#"{"items":[[{"sku":1}],{"sku":2},{}]}"#,
    ] {
        assert_ne!(except(notes, other), base, "{other}");
    }
    // A map is no list, but its values are reached as well.
    let map = except(notes, r#"{"items":{"a":{"sku":1,"note":1},"b":{}}}"#);
    assert_eq!(except(notes, r#"{"items":{"b":{"note":2},"a":{"sku":1}}}"#), map);
    assert_ne!(except(notes, r#"{"items":{"c":{"note":2},"a":{"sku":1}}}"#), map);
    let skus = &["/items/*/sku", "/*/sum"];
    let base = only(skus, r#"{"items":[{"sku":1,"note":"a"},{"sku":2}],"total":{"sum":3}}"#);
    assert_eq!(only(skus, r#"{"total":{"sum":3,"tax":1},"items":[{"sku":1},{"sku":2,"note":1}]}"#), base);
    assert_ne!(only(skus, r#"{"items":[{"sku":2},{"sku":1}],"total":{"sum":3}}"#), base);
    assert_ne!(only(skus, r#"{"items":[{"sku":1},{"sku":2}],"other":{"sum":3}}"#), base);
    assert_eq!(except(&["/*"], r#"{"a":1,"b":[]}"#), except(&["/*"], "{}"));
    assert_ne!(except(&["/*"], "[1]"), except(&["/*"], "{}"));
}

#[test]
fn a_star_in_a_name_is_escaped() {
    let skip = &["/~2", "/a~2b"];
    assert_eq!(except(skip, r#"{"*":1,"a*b":2,"c":3}"#).as_deref(), Some(r#"{"c":3}"#));
    // Beside other letters it is one.
    assert_eq!(except(&["/a*"], r#"{"a*":1,"ab":2}"#).as_deref(), Some(r#"{"ab":2}"#));
    assert_eq!(except(&["/~02"], r#"{"~2":1,"*":2}"#).as_deref(), Some(r#"{"*":2}"#));
}

/// `struct Item { sku: u8, #[fingerprint(skip)] note: String, parts: Vec<Item> }`.
const ITEM: &Parts = &Parts {
    path: "Item",
    members: &[Part::skipped("note"), Part::of("parts", Some(|| ITEMS)), Part::of("sku", None)],
    ..Parts::ALL
};
const ITEMS: &Parts = &Parts { each: Some(|| ITEM), ..Parts::ALL };
const DEVICE: &Parts = &Parts { members: &[Part::skipped("device")], ..Parts::ALL };
/// An order that holds items, and among its own members those of others and the values of a map.
const ORDER: &Parts = &Parts {
    path: "Order",
    members: &[Part::of("items", Some(|| ITEMS)), Part::skipped("sent at"), Part::of("id", None)],
    flat: &[Some(|| DEVICE), Some(|| ITEMS)],
    ..Parts::ALL
};

fn typed(types: &'static [Option<PartsOf>], body: &str) -> Option<String> {
    chosen(Chosen { typed: types, ..Chosen::default() }, body)
}

#[test]
fn a_type_says_what_does_not_count_at_any_depth() {
    let order = |body: &str| typed(&[None, Some(|| ORDER)], body);
    let base = order(r#"{"id":1,"items":[{"sku":1,"parts":[{"sku":2}]}],"more":{"sku":3}}"#);
    for same in [
        r#"{"sent at":1,"device":[{}],"id":1,"items":[{"note":1,"sku":1,"parts":[{"note":"x","sku":2}]}],"more":{"sku":3,"note":1}}"#,
        r#"{"\u0073ent at":1,"id":1,"items":[{"sku":1,"parts":[{"sku":2,"\u006eote":{"a":[1]}}]}],"more":{"sku":3}}"#,
    ] {
        assert_eq!(order(same), base, "{same}");
    }
    for other in [
        r#"{"id":2,"items":[{"sku":1,"parts":[{"sku":2}]}],"more":{"sku":3}}"#,
        r#"{"id":1,"items":[{"sku":1,"parts":[{"sku":3}]}],"more":{"sku":3}}"#,
        r#"{"id":1,"items":[{"sku":1,"parts":[{"sku":2}]}],"more":{"sku":4}}"#,
        r#"{"id":1,"items":[{"sku":1,"parts":[{"sku":2},{}]}],"more":{"sku":3}}"#,
        // What counts as a whole, or is not there for the type, has members of its own.
        r#"{"id":{"note":1},"items":[{"sku":1,"parts":[{"sku":2}]}],"more":{"sku":3}}"#,
        r#"{"id":1,"items":[{"sku":1,"parts":[{"sku":2}],"device":1}],"more":{"sku":3}}"#,
        r#"{"id":1,"note":1,"items":[{"sku":1,"parts":[{"sku":2}]}],"more":{"sku":3}}"#,
    ] {
        assert_ne!(order(other), base, "{other}");
    }
}

#[test]
fn what_counts_for_one_of_several_types_counts() {
    const CARD: &Parts = &Parts { members: &[Part::skipped("at"), Part::skipped("ip")], ..Parts::ALL };
    const BANK: &Parts = &Parts { members: &[Part::of("at", None), Part::skipped("ua")], ..Parts::ALL };
    const EITHER: &Parts = &Parts { either: &[|| CARD, || BANK], ..Parts::ALL };
    const HELD: &Parts = &Parts { members: &[Part::of("by", Some(|| EITHER))], ..Parts::ALL };
    const OTHER: &Parts = &Parts { members: &[Part::of("by", None)], ..Parts::ALL };
    let both: &'static [Option<PartsOf>] = &[Some(|| CARD), Some(|| BANK)];
    for types in [both, &[Some(|| EITHER)]] {
        let body = r#"{"at":1,"ip":2,"ua":3,"x":4}"#;
        assert_eq!(typed(types, body).as_deref(), Some(r#"{"at":1,"x":4}"#));
    }
    let body = r#"{"by":{"ip":2,"at":1},"ip":1}"#;
    assert_eq!(typed(&[Some(|| HELD)], body).as_deref(), Some(r#"{"by":{"at":1},"ip":1}"#));
    // The other type takes the whole member.
    let whole = typed(&[Some(|| HELD), Some(|| OTHER)], body);
    assert_ne!(whole, typed(&[Some(|| HELD), Some(|| OTHER)], r#"{"by":{"ip":3,"at":1},"ip":1}"#));
}

#[test]
fn what_a_type_leaves_out_stays_out_whatever_points_at_it() {
    let with = |only, except, body| chosen(Chosen { only, except, typed: &[Some(|| ORDER)] }, body);
    let fields: Option<&'static [&'static str]> = Some(&["/items", "/sent at", "/items/0/note"]);
    let base = with(fields, &[], r#"{"items":[{"sku":1,"note":1}],"id":1,"sent at":2}"#);
    assert_eq!(with(fields, &[], r#"{"items":[{"sku":1,"note":2}],"id":2}"#), base);
    assert_ne!(with(fields, &[], r#"{"items":[{"sku":2,"note":1}],"id":1}"#), base);
    let base = with(None, &["/items/*/sku"], r#"{"items":[{"sku":1,"note":1}],"id":1,"sent at":2}"#);
    assert_eq!(with(None, &["/items/*/sku"], r#"{"items":[{"sku":2,"note":2}],"id":1}"#), base);
    assert_ne!(with(None, &["/items/*/sku"], r#"{"items":[{"sku":2,"note":2}],"id":2}"#), base);
}

#[test]
fn types_that_say_different_things_are_described_differently() {
    const MOVED: &Parts = &Parts { path: "moved::Order", ..*OTHER };
    const OTHER: &Parts = &Parts { path: "Order", members: &[Part::skipped("sent_at")], ..Parts::ALL };
    let described = |parts: &'static Parts| {
        let mut text = Vec::new();
        parts.describe(&mut text);
        text
    };
    let all = [ITEM, ITEMS, ORDER, OTHER, &Parts::ALL].map(described);
    for (i, one) in all.iter().enumerate() {
        assert!(!all[i + 1..].contains(one), "{i}");
    }
    assert_eq!(described(OTHER), described(MOVED));
}

/// What stands deep is moved once and not once for every level.
#[test]
fn a_deep_document_is_rearranged_everywhere() {
    let (mut body, mut form) = ("0".to_owned(), "0".to_owned());
    for _ in 0..120 {
        body = format!(r#"{{"b":{body},"a":1}}"#);
        form = format!(r#"{{"a":1,"b":{form}}}"#);
    }
    assert_eq!(canonical(&body), Some(form));
}

proptest! {
    #[test]
    fn the_order_of_members_does_not_count(document in documents(), turn in 0..100_usize) {
        let mut other = String::new();
        shuffled(&document, &mut other, &mut turn.clone());
        let written = document.to_string();
        prop_assert_eq!(canonical(&written), canonical(&other));
    }

    #[test]
    fn what_serde_json_reads_has_a_canonical_form_and_nothing_else(body in "[\\[\\]{},:\"\\\\a0-2.eE+\\- u]{0,12}") {
        let read: Result<Json, _> = serde_json::from_str(&body);
        // It also refuses numbers that no `f64` is near to.
        let huge = read.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
        prop_assume!(!huge);
        prop_assert_eq!(canonical(&body).is_some(), read.is_ok(), "{}", body);
    }

    #[test]
    fn every_scalar_counts(document in documents(), which in any::<prop::sample::Index>(), to in documents()) {
        let mut changed = document.clone();
        let mut all = Vec::new();
        scalars(&mut changed, &mut all);
        prop_assume!(!all.is_empty());
        let index = which.index(all.len());
        *all[index] = to;
        prop_assume!(changed != document);
        let (one, two) = (canonical(&document.to_string()), canonical(&changed.to_string()));
        prop_assert!(one.is_none() || one != two);
    }

    #[test]
    fn how_it_is_written_does_not_count(document in documents()) {
        let mut other = String::new();
        written_otherwise(&document, &mut other);
        prop_assert_eq!(canonical(&document.to_string()), canonical(&other));
    }

    #[test]
    fn the_form_says_the_same_and_is_its_own_form(document in documents()) {
        let form = canonical(&document.to_string()).unwrap();
        let read: Json = serde_json::from_str(&form).unwrap();
        prop_assert_eq!(&read, &document);
        prop_assert_eq!(canonical(&form), Some(form));
    }

    #[test]
    fn documents_that_differ_have_different_forms(one in documents(), other in documents()) {
        let forms = (canonical(&one.to_string()), canonical(&other.to_string()));
        prop_assert_eq!(forms.0 == forms.1, one == other);
    }

    #[test]
    fn a_value_that_is_pointed_at_is_all_that_counts(one in documents(), other in documents(), rest in documents()) {
        let with = |a: &Json, rest: &Json| format!(r#"{{"z":{rest},"a":{a},"b":{rest}}}"#);
        let base = only(&["/a"], &with(&one, &rest));
        prop_assert_eq!(only(&["/a"], &with(&one, &Json::Null)), base.clone());
        prop_assert_eq!(only(&["/a"], &with(&other, &rest)) == base, one == other);
        let within = |a: &Json, note: &Json| {
            typed(&[Some(|| ORDER)], &format!(r#"{{"sent at":{note},"items":[{{"note":{note},"sku":{a}}}]}}"#))
        };
        prop_assert_eq!(within(&one, &rest) == within(&other, &Json::Null), one == other);
        let base = except(&["/z", "/b"], &with(&one, &rest));
        prop_assert_eq!(except(&["/z", "/b"], &with(&one, &Json::Null)), base.clone());
        prop_assert_eq!(except(&["/z", "/b"], &with(&other, &rest)) == base, one == other);
    }
}
