use crate::gallery::{both_ways, refused};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::versioned;

/// Stripe, 2011-08-01, "Lists now provide a total count of items and a `data` field", and 2014-03-28, "Lists no longer
/// include the `count` field": what was an array is an object, and what counts its items is gone again.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[replaced(in = "2011-08-01", was(Vec<T>), upgrade = List::of, downgrade = List::data, lossless)]
#[removed(in = "2014-03-28", was(count: usize), downgrade = List::count)]
struct List<T: Clone> {
    data: Vec<T>,
}

impl<T: Clone> List<T> {
    fn of(data: Vec<T>) -> Self {
        Self { data }
    }

    fn data(&self) -> Vec<T> {
        self.data.clone()
    }

    fn count(&self) -> usize {
        self.data.len()
    }
}

#[test]
fn an_array_is_an_object_with_a_count_and_then_without() {
    both_ways(
        &List::of(vec![7, 8]),
        &[
            ("2011-06-28", "[7,8]"),
            ("2011-08-01", r#"{"data":[7,8],"count":2}"#),
            ("2014-03-13", r#"{"data":[7,8],"count":2}"#),
            ("2014-03-28", r#"{"data":[7,8]}"#),
        ],
    );
    refused::<List<u8>>(&[("2011-08-01", r#"{"count":0}"#, "missing field `data`")]);
}

laws!(a_list: List<u8>, any::<Vec<u8>>().prop_map(List::of), old = [("2011-06-28", "[7]")]);
