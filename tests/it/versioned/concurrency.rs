//! The version of one call never reaches another.

use super::{date, show};
use serde::{Deserialize, Serialize, Serializer};
use std::panic::catch_unwind;
use steadfast::{at_version, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    #[renamed(in = "2025-01-01", was(name))]
    title: String,
}

fn item() -> Item {
    Item { title: "a".to_owned() }
}

struct Bomb;

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("boom")
    }
}

#[test]
fn a_panic_leaves_no_version_behind() {
    let result = catch_unwind(|| at_version(date("2024-01-01"), || serde_json::to_string(&(item(), Bomb))));
    assert!(result.is_err());
    assert_eq!(serde_json::to_string(&item()).unwrap(), r#"{"title":"a"}"#);
}

#[test]
fn versions_nest() {
    at_version(date("2024-01-01"), || {
        at_version(date("2026-01-01"), || {
            assert_eq!(serde_json::to_string(&item()).unwrap(), r#"{"title":"a"}"#);
        });
        assert_eq!(serde_json::to_string(&item()).unwrap(), r#"{"name":"a"}"#);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_do_not_share_a_version() {
    let tasks: Vec<_> = (0..64)
        .map(|i| {
            tokio::spawn(async move {
                for _ in 0..100 {
                    let (version, text) = if i % 2 == 0 {
                        ("2024-01-01", r#"{"name":"a"}"#)
                    } else {
                        ("2025-01-01", r#"{"title":"a"}"#)
                    };
                    assert_eq!(show(version, &item()), text);
                    tokio::task::yield_now().await;
                    assert_eq!(serde_json::to_string(&item()).unwrap(), r#"{"title":"a"}"#);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
