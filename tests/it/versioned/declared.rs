//! What types say of themselves to changelogs: the names that clients see, and the types that they hold.

use serde::{Deserialize, Serialize};
use steadfast::changelog::Changelog;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
#[api_versions(removed("2024-06-01"))]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

/// It holds itself, which must not make its history hold itself.
#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all(serialize = "SCREAMING-KEBAB-CASE", deserialize = "SCREAMING-KEBAB-CASE"))]
struct Tree {
    #[renamed(in = "2024-12-18", was(r#type))]
    tree_kind: u8,
    children: Vec<Tree>,
    // Of a version that is declared no more.
    #[added(in = "2024-06-01", default)]
    #[serde(rename = "leaves!")]
    leaves: Page<Leaf>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Leaf {
    #[renamed(in = "2024-12-18", was(color))]
    colour: u8,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Page<T> {
    #[renamed(in = "2024-12-18", was(data))]
    items: Vec<T>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

#[versioned]
#[derive(Deserialize)]
struct Plain<T> {
    #[allow(dead_code)]
    inside: Option<T>,
}

type Body = Versioned<Box<Tree>>;

#[post("/trees")]
#[api_version(since = "2024-01-15")]
async fn plant(Versioned(tree): Body) -> Body {
    Versioned(tree)
}

#[post("/pages")]
#[api_version(since = "2024-01-15")]
async fn turn(_: Versioned<Plain<Page<Leaf>>>) {}

fn texts(changelog: &Changelog) -> Vec<String> {
    let types = changelog.versions[0].types.iter();
    types.map(|entry| format!("{}: {}: {}", entry.name, entry.text, entry.endpoints.join(", "))).collect()
}

#[test]
fn a_history_is_told_in_the_names_of_clients_and_found_behind_other_types() {
    let endpoints: Endpoints<_, (), _> = endpoints![Version; plant, turn];
    assert_eq!(
        texts(&endpoints.changelog()),
        [
            "Tree: `TYPE` was renamed to `TREE-KIND`: POST /trees",
            "Tree: `leaves!` was added: POST /trees",
            "Page: `data` was renamed to `items`: POST /trees, POST /pages",
            "Leaf: `color` was renamed to `colour`: POST /trees, POST /pages",
        ]
    );
}
