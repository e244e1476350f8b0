use super::{HeadText, RecordedBody, RenderedBody};
use crate::context::{CallFacts, Context, Recording, recorded};
use crate::transform::translation::{Translation, type_id};
use crate::{Shape, Versioned, versioned};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use std::any::{Any, TypeId};
use steadfast_core::{Date, Policy, Release, Timeline, wire};

const fn release(date: u32) -> Release {
    Release {
        name: "V",
        date: Date::known(date),
        alias: None,
        deprecated: None,
        sunset: None,
        guide: None,
        preview: false,
        brownouts: &[],
    }
}

static TIMELINE: Timeline = Timeline {
    name: "Version",
    releases: &[release(20_240_115), release(20_250_101)],
    removed: &[],
    policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
};

const OLDER: usize = 0;
const HEAD: usize = 1;

static TRANSLATIONS: [Option<Translation>; 6] = [
    Some(Translation::of::<Payment>()),
    None,
    Some(Translation::of::<Same>()),
    Some(Translation::of::<Vec<Hiding>>()),
    Some(Translation::of::<Card>()),
    Some(Translation::of::<Priced>()),
];

#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2025-01-01", was(customer))]
    customer_id: String,
    #[changed(in = "2025-01-01", was(cents: i64), upgrade = Money::new, downgrade = Money::value)]
    amount: Money,
}

/// All of it is known.
#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Money {
    value: i64,
}

impl Money {
    fn new(value: i64) -> Self {
        Self { value }
    }

    fn value(&self) -> i64 {
        self.value
    }
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Same {
    id: u32,
    #[constrained(in = "2025-01-01", check = |_: &u32| Ok::<(), String>(()))]
    count: u32,
}

/// What older versions show is made of a field that no version has now.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Hiding {
    #[changed(
        in = "2025-01-01",
        was(all: String),
        into(text, rest),
        upgrade = |all| (all, String::new()),
        downgrade = |text: &String, rest: &String| format!("{text}{rest}"),
    )]
    text: String,
    #[serde(skip)]
    rest: String,
}

/// Nobody knows what else it has.
#[derive(Serialize, Deserialize)]
struct Opaque(i64);

#[versioned]
#[derive(Serialize, Deserialize)]
struct Priced {
    #[changed(in = "2025-01-01", was(cents: i64), upgrade = Opaque, downgrade = |opaque: &Opaque| opaque.0)]
    #[opaque]
    price: Opaque,
}

#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Card {
    #[renamed(in = "2025-01-01", was(digits))]
    last4: String,
    #[sensitive]
    number: Option<String>,
}

/// An endpoint whose responses can be translated.
struct Translating;

impl Recording for Translating {
    fn translatable(&self, of: TypeId) -> Option<u64> {
        Translation::type_id_of(&TRANSLATIONS, of)
    }

    fn value_hash(&self, _: Date, _: &dyn Any, _: u64) -> Option<[u8; 16]> {
        None
    }
}

fn in_call<R>(served: usize, respond: impl FnOnce() -> R) -> (R, CallFacts) {
    let context = Context {
        recording: Some(&Translating),
        ..Context::new(&TIMELINE, Some(served), wire::PROBLEM_BASE)
    };
    let future = recorded(context.scope(async { respond() }));
    future.now_or_never().unwrap()
}

fn parts(response: Response) -> (Option<RenderedBody>, Bytes) {
    let (mut parts, body) = response.into_parts();
    (parts.extensions.remove(), body.collect().now_or_never().unwrap().unwrap().to_bytes())
}

fn rendered<T: Shape + Serialize + Send + 'static>(
    served: usize,
    value: T,
) -> (Option<RenderedBody>, Bytes, CallFacts) {
    let (response, facts) = in_call(served, || Versioned(value).into_response());
    let (rendered, body) = parts(response);
    (rendered, body, facts)
}

fn payment() -> Payment {
    Payment { customer_id: "c".to_owned(), amount: Money { value: 5 } }
}

fn head_of(record: &RecordedBody) -> (Date, u64, Option<&str>) {
    let HeadText { version, type_id, body } = record.head.as_ref().unwrap();
    (*version, *type_id, body.as_ref().map(|body| std::str::from_utf8(body).unwrap()))
}

const NEWEST: &str = r#"{"customer_id":"c","amount":{"value":5}}"#;

#[test]
fn body_of_a_known_type_then_its_head_is_recorded_and_translated() {
    let version = TIMELINE.releases[HEAD].date;
    let (rendered_body, body, _) = rendered(OLDER, payment());
    let older = r#"{"customer":"c","cents":5}"#;
    assert_eq!(body, older);
    let record = rendered_body.unwrap().record_of(&body).unwrap();
    assert_eq!(record.text, body);
    assert_eq!(head_of(&record), (version, type_id::<Payment>(), Some(NEWEST)));

    let (rendered_body, body, _) = rendered(HEAD, payment());
    let record = rendered_body.unwrap().record_of(&body).unwrap();
    assert_eq!(head_of(&record), (version, type_id::<Payment>(), None));
    let to = TIMELINE.releases[OLDER].date;
    let translate = |type_id, text: &str| {
        Translation::translate(&TRANSLATIONS, type_id, text.as_bytes(), version, to)
            .map(|text| String::from_utf8(text).unwrap())
    };
    assert_eq!(translate(type_id::<Payment>(), NEWEST).as_deref(), Some(older));
    assert_eq!(translate(type_id::<String>(), NEWEST), None);
    // What another release wrote, and this one does not read.
    assert_eq!(translate(type_id::<Payment>(), r#"{"customer_id":"c","amount":{"value":5},"fee":1}"#), None);
}

#[test]
fn one_shape_at_all_versions_then_the_head_is_no_text_of_its_own() {
    let (rendered_body, body, _) = rendered(OLDER, Same { id: 1, count: 2 });
    let record = rendered_body.unwrap().record_of(&body).unwrap();
    assert_eq!(head_of(&record).2, None);
}

#[test]
fn body_that_older_versions_may_show_more_of_then_no_head_is_recorded() {
    for served in [OLDER, HEAD] {
        let hiding = || Hiding { text: "t".to_owned(), rest: "r".to_owned() };
        assert!(rendered(served, vec![hiding()]).0.is_none());
        assert!(rendered(served, Priced { price: Opaque(1) }).0.is_none());
        // Where no such value is, nothing can be lost.
        assert!(rendered(served, Vec::<Hiding>::new()).0.is_some());
        // Nor is one of a type that is not among the handler's.
        assert!(rendered(served, vec![payment()]).0.is_none());
    }
}

#[test]
fn sensitive_body_then_only_what_is_known_of_it_is_recorded() {
    let card = || Card { last4: "4242".to_owned(), number: Some("secret".to_owned()) };
    for (served, text, newest) in
        [(OLDER, r#"{"digits":"4242"}"#, Some(r#"{"last4":"4242"}"#)), (HEAD, r#"{"last4":"4242"}"#, None)]
    {
        let (rendered_body, body, facts) = rendered(served, card());
        assert!(body.windows(6).any(|bytes| bytes == b"secret") && facts.is_sensitive);
        let rendered_body = rendered_body.unwrap();
        // A copy of the bytes is the same body, another text is not.
        let record = rendered_body.clone().record_of(&Bytes::copy_from_slice(&body)).unwrap();
        assert_eq!((&*record.text, head_of(&record).2), (text.as_bytes(), newest));
        assert!(rendered_body.record_of(&Bytes::from([&body[..], b" "].concat())).is_none());
    }
    let ((), facts) = in_call(HEAD, || drop(Versioned(card()).into_response()));
    assert!(facts.is_sensitive, "known also without the response");
}

#[test]
fn body_without_secrets_that_a_layer_replaced_then_it_is_recorded_as_it_is() {
    let (rendered_body, ..) = rendered(OLDER, payment());
    let other = Bytes::from_static(b"another");
    let record = rendered_body.unwrap().record_of(&other).unwrap();
    assert!(record.text == other && record.head.is_none());
}
