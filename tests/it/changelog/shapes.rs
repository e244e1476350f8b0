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
    data: Vec<Source>,
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
    let lossy: Vec<_> =
        changelog.versions.iter().flat_map(|v| &v.types).filter_map(|entry| entry.loss).collect();
    assert_eq!(lossy, ["what was pending is active"]);
}
