use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

/// Returns the canonical form of a body without what `pointers` lead to.
fn skipping(pointers: &'static [&'static str], body: &str) -> Option<String> {
    super::canonical(body.as_bytes(), pointers, |text| {
        text.map(|text| String::from_utf8(text.to_vec()).unwrap())
    })
}

fn canonical(body: &str) -> Option<String> {
    skipping(&[], body)
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
fn white_space_order_of_members_and_escapes_do_not_count() {
    same(r#"{"a":1,"b":[true,null]}"#, " {\"b\" : [ true , null ],\n\"a\":1}");
    same(r#"{"a":{"x":1,"y":2},"b":{"x":1,"y":2}}"#, r#"{"b":{"y":2,"x":1},"a":{"y":2,"x":1}}"#);
    same(r#"[{"b":1,"a":[{"d":1,"c":2}]},5]"#, r#"[{"a":[{"c":2,"d":1}],"b":1},5]"#);
    same(r#""é""#, r#""\u00e9""#);
    same(r#"{"\u0061":1,"b":2}"#, r#"{"b":2,"a":1}"#);
    same(r#""a\/\u000a\ud83d\ude00\u0022""#, r#""a/\n😀\"""#);
}

#[test]
fn spelling_of_numbers_and_order_of_elements_count() {
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
fn body_that_is_not_a_whole_document_has_no_canonical_form() {
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
fn canonical_form_is_json_with_sorted_members() {
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
fn what_a_pointer_leads_to_does_not_count() {
    let skip = &["/sent_at", "/meta/trace", "/items/1"];
    let base = skipping(skip, r#"{"sent_at":1,"amount":5,"meta":{"trace":"a","id":2},"items":[1,2]}"#);
    for same in [
        r#"{"amount":5,"meta":{"id":2},"items":[1]}"#,
        r#"{"items":[1,7],"meta":{"id":2,"trace":[]},"amount":5,"sent_at":{"a":[{}]},"sent_at":3}"#,
    ] {
        assert_eq!(skipping(skip, same), base, "{same}");
    }
    for other in [
        r#"{"amount":6,"meta":{"id":2},"items":[1]}"#,
        r#"{"amount":5,"items":[1]}"#,
        r#"{"amount":5,"meta":{"id":2,"traces":1},"items":[1]}"#,
        r#"{"amount":5,"meta":{"id":2},"items":[]}"#,
        r#"{"amount":5,"meta":{"id":2},"items":[1,2,3]}"#,
        r#"{"amount":5,"meta":{"id":2,"sent_at":1},"items":[1]}"#,
    ] {
        assert_ne!(skipping(skip, other), base, "{other}");
    }
    assert_ne!(skipping(&["/a/b"], r#"{"a":{}}"#), skipping(&["/a/b"], "{}"));
    assert_eq!(skipping(&["/a"], "{\"a\":}"), None);
}

#[test]
fn star_leads_to_every_element_and_every_value() {
    let notes = &["/items/*/note"];
    let base = skipping(notes, r#"{"items":[{"sku":1,"note":"a"},{"note":"b","sku":2},{}]}"#);
    assert_eq!(skipping(notes, r#"{"items":[{"sku":1},{"sku":2,"note":[{}]},{"note":null}]}"#), base);
    for other in [
        r#"{"items":[{"sku":2},{"sku":1},{}]}"#,
        r#"{"items":[{"sku":1},{"sku":2}]}"#,
        r#"{"items":[{"sku":1},{"sku":2},{"notes":1}]}"#,
        r#"{"items":[{"sku":1},{"sku":2},{}],"note":1}"#,
        r#"{"items":[[{"sku":1}],{"sku":2},{}]}"#,
    ] {
        assert_ne!(skipping(notes, other), base, "{other}");
    }
    // A map is no list, but its values are reached as well.
    let map = skipping(notes, r#"{"items":{"a":{"sku":1,"note":1},"b":{}}}"#);
    assert_eq!(skipping(notes, r#"{"items":{"b":{"note":2},"a":{"sku":1}}}"#), map);
    assert_ne!(skipping(notes, r#"{"items":{"c":{"note":2},"a":{"sku":1}}}"#), map);
    assert_eq!(skipping(&["/*"], r#"{"a":1,"b":[]}"#), skipping(&["/*"], "{}"));
    assert_ne!(skipping(&["/*"], "[1]"), skipping(&["/*"], "{}"));
}

#[test]
fn pointer_leads_to_escaped_names_and_to_the_whole_document() {
    let form = skipping(&["/a~1b/m~0n"], r#"{"a/b":{"m~n":1,"m":2}}"#);
    assert_eq!(form.as_deref(), Some(r#"{"a/b":{"m":2}}"#));
    assert_eq!(skipping(&["/\u{e9}"], r#"{"\u00e9":1,"e":2}"#).as_deref(), Some(r#"{"e":2}"#));
    // A name that begins like the pointer is another.
    assert_eq!(skipping(&["/amount"], r#"{"amounts":1}"#).as_deref(), Some(r#"{"amounts":1}"#));
    assert_eq!(skipping(&[""], r#"{"a":1}"#), skipping(&["", "/a"], "[7]"));
    assert_eq!(skipping(&[""], r#"{"a":"#), None);
}

#[test]
fn star_in_a_name_is_escaped() {
    let skip = &["/~2", "/a~2b"];
    assert_eq!(skipping(skip, r#"{"*":1,"a*b":2,"c":3}"#).as_deref(), Some(r#"{"c":3}"#));
    // Beside other letters it is one.
    assert_eq!(skipping(&["/a*"], r#"{"a*":1,"ab":2}"#).as_deref(), Some(r#"{"ab":2}"#));
    assert_eq!(skipping(&["/~02"], r#"{"~2":1,"*":2}"#).as_deref(), Some(r#"{"*":2}"#));
}

/// A member is moved once, and not once for every level above it.
#[test]
fn deep_document_is_sorted_at_every_level() {
    let (mut body, mut form) = ("0".to_owned(), "0".to_owned());
    for _ in 0..120 {
        body = format!(r#"{{"b":{body},"a":1}}"#);
        form = format!(r#"{{"a":1,"b":{form}}}"#);
    }
    assert_eq!(canonical(&body), Some(form));
}

proptest! {
    #[test]
    fn order_of_members_does_not_count(document in documents(), turn in 0..100_usize) {
        let mut other = String::new();
        shuffled(&document, &mut other, &mut turn.clone());
        let written = document.to_string();
        prop_assert_eq!(canonical(&written), canonical(&other));
    }

    #[test]
    fn exactly_what_serde_json_reads_has_a_canonical_form(body in "[\\[\\]{},:\"\\\\a0-2.eE+\\- u]{0,12}") {
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
    fn spelling_of_strings_and_white_space_do_not_count(document in documents()) {
        let mut other = String::new();
        written_otherwise(&document, &mut other);
        prop_assert_eq!(canonical(&document.to_string()), canonical(&other));
    }

    #[test]
    fn canonical_form_is_the_same_document_and_its_own_form(document in documents()) {
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
    fn value_that_a_pointer_leads_to_does_not_count(one in documents(), other in documents(), rest in documents()) {
        let with = |a: &Json, rest: &Json| format!(r#"{{"z":{rest},"a":{a},"b":{rest}}}"#);
        let base = skipping(&["/z", "/b"], &with(&one, &rest));
        prop_assert_eq!(skipping(&["/z", "/b"], &with(&one, &Json::Null)), base.clone());
        prop_assert_eq!(skipping(&["/z", "/b"], &with(&other, &rest)) == base, one == other);
    }
}
