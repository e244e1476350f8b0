//! Enums and whole types that were others tell their changes as structs do.

use serde::{Deserialize, Serialize};
use steadfast::changelog::Changelog;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18")]
    V2,
    #[version("2025-09-30")]
    V3,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[removed(in = "2025-09-30", was(Pending), upgrade = Status::Active, lossy = "what was pending is active")]
enum Status {
    Active,
    #[renamed(in = "2024-12-18", was(Cancelled))]
    Canceled,
    #[added(in = "2025-09-30", was(Active), note = "A payment may wait for its payer.")]
    RequiresAction,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
#[retagged(in = "2024-12-18", was(tag = "kind"))]
enum Source {
    Card { status: Status },
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2024-12-18", was(Vec<Source>), upgrade = Page::of, downgrade = Page::sources, note = "Lists are pages.")]
struct Page {
    #[renamed(in = "2025-09-30", was(items))]
    #[constrained(in = "2025-09-30", check = at_most_ten, note = "A page has at most ten items.")]
    #[constrained(check = at_most_hundred)]
    data: Vec<Source>,
}

fn at_most_ten(data: &[Source]) -> Result<(), &'static str> {
    if data.len() > 10 { Err("a page has at most ten items") } else { Ok(()) }
}

fn at_most_hundred(data: &[Source]) -> Result<(), &'static str> {
    if data.len() > 100 { Err("a page has at most a hundred items") } else { Ok(()) }
}

impl Page {
    fn of(data: Vec<Source>) -> Self {
        Self { data }
    }

    fn sources(&self) -> Vec<Source> {
        let cards = self.data.iter().map(|Source::Card { .. }| Source::Card { status: Status::Active });
        cards.collect()
    }
}

#[get("/sources")]
#[api_version(since = "2024-01-15")]
async fn sources() -> Versioned<Page> {
    Versioned(Page::of(Vec::new()))
}

fn told(changelog: &Changelog, version: usize) -> Vec<(&str, &str, &str)> {
    let entries = changelog.versions[version].types.iter();
    let mut told: Vec<_> =
        entries.map(|entry| (entry.name, entry.text.as_str(), entry.note.unwrap_or_default())).collect();
    told.sort_unstable();
    told
}

#[test]
fn variants_tags_and_whole_types_are_told() {
    let endpoints: Endpoints<Version, (), _> = endpoints![Version; sources];
    let changelog = endpoints.changelog();
    assert_eq!(
        told(&changelog, 0),
        [
            ("Page", "`data` takes fewer values", "A page has at most ten items."),
            ("Page", "`items` was renamed to `data`", ""),
            ("Status", "`pending` was removed", ""),
            ("Status", "`requires_action` was added", "A payment may wait for its payer."),
        ]
    );
    assert_eq!(
        told(&changelog, 1),
        [
            ("Page", "the whole has another shape", "Lists are pages."),
            ("Source", "its variants are told apart in another way", ""),
            ("Status", "`cancelled` was renamed to `canceled`", ""),
        ]
    );
    let breaking: Vec<_> =
        changelog.versions[0].types.iter().filter(|entry| entry.breaking.is_some()).collect();
    assert_eq!(breaking.len(), 1, "{breaking:?}");
    assert_eq!((breaking[0].change, breaking[0].breaking), ("constrained", Some("requests")));
    assert_eq!((breaking[0].old, breaking[0].new), (&["data"] as &[_], &["data"] as &[_]));
    let lossy: Vec<_> =
        changelog.versions.iter().flat_map(|v| &v.types).filter_map(|entry| entry.loss).collect();
    assert_eq!(lossy, ["what was pending is active"]);
}
