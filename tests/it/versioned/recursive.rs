//! Types within types: their own kind, each other, flattened, and from other modules.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::{schema_at, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Expression {
    #[renamed(in = "2025-01-01", was(Num))]
    Number(i64),
    Sum(Vec<Self>),
    #[added(in = "2026-01-01", downgrade = Expression::as_sum)]
    Product(Box<Expression>, Box<Expression>),
    Call(Box<Call>),
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Call {
    #[renamed(in = "2025-06-01", was(fun))]
    function: String,
    arguments: Vec<Expression>,
}

impl Expression {
    fn as_sum(&self) -> Self {
        match self {
            Self::Product(left, right) => match **left {
                Self::Number(times @ 0..) => Self::Sum((0..times).map(|_| (**right).clone()).collect()),
                _ => Self::Number(0),
            },
            other => other.clone(),
        }
    }
}

#[test]
fn two_types_hold_each_other() {
    let sum = Expression::Sum(vec![
        Expression::Number(1),
        Expression::Call(Box::new(Call { function: "f".to_owned(), arguments: vec![Expression::Number(2)] })),
    ]);
    for (version, text) in [
        ("2024-01-01", r#"{"sum":[{"num":1},{"call":{"fun":"f","arguments":[{"num":2}]}}]}"#),
        ("2025-01-01", r#"{"sum":[{"number":1},{"call":{"fun":"f","arguments":[{"number":2}]}}]}"#),
        ("2025-06-01", r#"{"sum":[{"number":1},{"call":{"function":"f","arguments":[{"number":2}]}}]}"#),
    ] {
        assert_eq!(show(version, &sum), text);
        assert_eq!(read::<Expression>(version, text).unwrap(), sum);
        let validator =
            jsonschema::validator_for(&schema_at::<Expression>(date(version)).to_value()).unwrap();
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{version}");
    }
    let product = Expression::Product(
        Box::new(Expression::Number(2)),
        Box::new(Expression::Product(Box::new(Expression::Number(1)), Box::new(Expression::Number(7)))),
    );
    assert_eq!(show("2024-01-01", &product), r#"{"sum":[{"sum":[{"num":7}]},{"sum":[{"num":7}]}]}"#);
    assert_eq!(
        show("2026-01-01", &product),
        r#"{"product":[{"number":2},{"product":[{"number":1},{"number":7}]}]}"#
    );
}

mod elsewhere {
    use serde::{Deserialize, Serialize};
    use steadfast::versioned;

    #[versioned]
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub(crate) struct Address {
        #[renamed(in = "2025-01-01", was(zip))]
        pub(crate) postal_code: String,
        #[added(in = "2026-01-01", default)]
        pub(crate) country: Option<String>,
    }

    #[versioned]
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub(crate) enum Kind {
        Home,
        #[added(in = "2026-01-01", was(Home))]
        Work,
    }
}

/// Versioned, and flattened into what is versioned too.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Customer {
    #[renamed(in = "2025-06-01", was(title))]
    name: String,
    #[serde(flatten)]
    address: elsewhere::Address,
    kind: elsewhere::Kind,
}

#[test]
fn a_versioned_type_is_flattened_into_another_from_elsewhere() {
    let address = elsewhere::Address { postal_code: "1".to_owned(), country: None };
    let customer = Customer { name: "n".to_owned(), address, kind: elsewhere::Kind::Home };
    for (version, text) in [
        ("2024-01-01", r#"{"title":"n","zip":"1","kind":"home"}"#),
        ("2025-01-01", r#"{"title":"n","postal_code":"1","kind":"home"}"#),
        ("2025-06-01", r#"{"name":"n","postal_code":"1","kind":"home"}"#),
        ("2026-01-01", r#"{"name":"n","postal_code":"1","country":null,"kind":"home"}"#),
    ] {
        assert_eq!(show(version, &customer), text);
        assert_eq!(read::<Customer>(version, text).unwrap(), customer);
    }
    let work = Customer { kind: elsewhere::Kind::Work, ..customer };
    assert!(show("2025-06-01", &work).ends_with(r#""kind":"home"}"#));
}

/// Its wire in old versions is made of itself.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[replaced(in = "2025-01-01", was(Vec<Tree>), upgrade = |kids| Tree { kids, mark: 0 }, downgrade = |tree| tree.kids.clone())]
struct Tree {
    kids: Vec<Self>,
    #[added(in = "2026-01-01", default)]
    mark: u8,
}

#[test]
fn a_type_may_replace_what_holds_it() {
    let leaf = Tree { kids: vec![], mark: 0 };
    let tree = Tree { kids: vec![leaf.clone(), Tree { kids: vec![leaf], mark: 0 }], mark: 0 };
    for (version, text) in
        [("2024-01-01", "[[],[[]]]"), ("2025-01-01", r#"{"kids":[{"kids":[]},{"kids":[{"kids":[]}]}]}"#)]
    {
        assert_eq!(show(version, &tree), text);
        assert_eq!(read::<Tree>(version, text).unwrap(), tree);
    }
}
