//! Which changes the tests of a process went through.

use crate::changelog::sample::endpoints;
use serde::{Deserialize, Serialize};
use steadfast::testing::Exercised;
use steadfast::{Date, at_version, versioned};

// Only this file converts them.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Invoice {
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
    #[added(in = "2024-12-18", default)]
    lines: Vec<Line>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Line {
    #[renamed(in = "2024-12-18", was(name))]
    text: String,
}

/// It is never read, so that nothing asks for that.
#[versioned]
#[derive(Serialize)]
struct Report {
    #[renamed(in = "2024-12-18", was(sum))]
    total: u64,
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn missing() -> Vec<String> {
    let check = Exercised::new().of::<Invoice>().of::<Vec<Report>>().check();
    let text = check.err().map(|error| error.to_string()).unwrap_or_default();
    text.lines().skip(1).map(|line| line.replace(module_path!(), "")).collect()
}

#[test]
fn every_change_is_asked_for_in_each_direction_it_has() {
    let all = missing();
    assert_eq!(
        all,
        [
            "* `::Invoice` in 2025-09-30: `number` was renamed to `id`, never read or written",
            "* `::Invoice` in 2024-12-18: `lines` was added, never read or written",
            "* `::Line` in 2024-12-18: `name` was renamed to `text`, never read or written",
            "* `::Report` in 2024-12-18: `sum` was renamed to `total`, never written",
        ]
    );
    // The oldest shape goes through all changes.
    let invoice: Invoice =
        at_version(date("2024-01-15"), || serde_json::from_str(r#"{"number":1}"#)).unwrap();
    assert_eq!(missing()[0], "* `::Invoice` in 2025-09-30: `number` was renamed to `id`, never written");
    // The newer ones only through the later changes.
    let _ = at_version(date("2024-12-18"), || serde_json::to_string(&invoice)).unwrap();
    assert_eq!(missing()[0], "* `::Invoice` in 2024-12-18: `lines` was added, never written");
    // What cannot be read has not been read.
    assert!(at_version(date("2024-01-15"), || serde_json::from_str::<Line>("{}")).is_err());
    let _ = at_version(date("2024-01-15"), || serde_json::to_string(&invoice)).unwrap();
    assert_eq!(missing()[0], "* `::Line` in 2024-12-18: `name` was renamed to `text`, never read or written");
    let line: Line = at_version(date("2024-01-15"), || serde_json::from_str(r#"{"name":"a"}"#)).unwrap();
    let _ = at_version(date("2024-01-15"), || serde_json::to_string(&line)).unwrap();
    let _ = at_version(date("2024-01-15"), || serde_json::to_string(&[Report { total: 1 }])).unwrap();
    assert_eq!(missing(), [""; 0]);
}

#[test]
fn the_types_of_endpoints_can_be_asked_about_at_once() {
    // Nobody ever reads a receipt in an older shape.
    let missing = Exercised::new().of_endpoints(&endpoints()).check().unwrap_err().to_string();
    assert!(
        missing.contains("::Receipt` in 2025-09-30: `text` was renamed to `lines`, never read or written"),
        "{missing}"
    );
}
