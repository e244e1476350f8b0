//! The sources of APIs of any size: the same handlers with steadfast and on bare axum.

use std::fmt::Write as _;

/// The types that the handlers of an API read and show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, and the number in a path.
    Text,
    /// JSON bodies of types that never changed.
    Bodies,
    /// JSON bodies of types with changes; the endpoints that write are idempotent.
    Types,
}

/// Whether an API is versioned, or is the one that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framework {
    Steadfast,
    Axum,
}

/// An API, with four handlers for each resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Api {
    pub(super) kind: Kind,
    pub(super) framework: Framework,
    pub(super) endpoints: usize,
}

/// The versions that each API has.
const VERSIONS: usize = 20;

impl Api {
    /// The name of its package.
    pub(super) fn name(self) -> String {
        let kind = match self.kind {
            Kind::Text => "text",
            Kind::Bodies => "bodies",
            Kind::Types => "types",
        };
        let framework = match self.framework {
            Framework::Steadfast => "steadfast",
            Framework::Axum => "axum",
        };
        format!("{framework}-{kind}-{}", self.endpoints)
    }

    /// Its only source file. A constant in the first handler is `marker`.
    pub(super) fn source(self, marker: u32) -> String {
        let resources = 0..self.endpoints / 4;
        let mut source = "#![allow(unused)]\n".to_owned();
        match self.framework {
            Framework::Steadfast => {
                source.push_str(
                    "use serde::{Deserialize, Serialize};\n\
                     use steadfast::axum::extract::Path;\n\
                     use steadfast::{Api, ApiVersions, Header, MemoryStore, Versioned, api_version, endpoints, get, \
                     idempotent, post, put, versioned};\n",
                );
                source.push_str("#[derive(ApiVersions)]\npub enum Version {\n");
                for version in 0..VERSIONS {
                    let _ = writeln!(source, "    #[version(\"{}\")]\n    V{version},", date(version));
                }
                source.push_str("}\n");
            }
            Framework::Axum => source.push_str(
                "use axum::extract::Path;\n\
                 use axum::routing::get;\n\
                 use axum::{Json, Router};\n\
                 use serde::{Deserialize, Serialize};\n",
            ),
        }
        for resource in resources.clone() {
            self.resource(resource, if resource == 0 { marker } else { 0 }, &mut source);
        }
        self.main(resources, &mut source);
        source
    }

    fn resource(self, i: usize, marker: u32, source: &mut String) {
        let is_ours = self.framework == Framework::Steadfast;
        let attributes = |method: &str, path: &str| {
            if !is_ours {
                return String::new();
            }
            let since = date(0);
            let versioned = format!("#[{method}(\"{path}\")]\n#[api_version(since = \"{since}\")]\n");
            if self.kind == Kind::Types && method != "get" {
                versioned + "#[idempotent(ttl = \"24h\", scope = none)]\n"
            } else {
                versioned
            }
        };
        let (list, item) = (format!("/r{i}"), format!("/r{i}/{{id}}"));
        if self.kind == Kind::Text {
            for (method, path, name) in [
                ("get", &list, "list"),
                ("post", &list, "create"),
                ("get", &item, "read"),
                ("put", &item, "replace"),
            ] {
                let argument = if path == &item { "Path(id): Path<u64>" } else { "" };
                let value = if path == &item { "id" } else { "0_u64" };
                let _ = writeln!(
                    source,
                    "{}pub async fn {name}_{i}({argument}) -> String {{ ({value} + {marker}).to_string() }}",
                    attributes(method, path)
                );
            }
            return;
        }
        let body = if is_ours { "Versioned" } else { "Json" };
        let has_changes = is_ours && self.kind == Kind::Types;
        let change = |statement: String| if has_changes { statement } else { String::new() };
        let renamed = change(format!("    #[renamed(in = \"{}\", was(title))]\n", date(5)));
        let added = change(format!("    #[added(in = \"{}\", default, overwrite)]\n", date(10)));
        // APIs have types of many kinds: what the compiler shares between equal ones must not flatter anybody.
        let name = ["String", "Option<String>", "Box<str>"][i % 3];
        let amount = ["i64", "u32", "f64", "(u8, i32)", "Vec<u16>"][i % 5];
        let versioned = if is_ours { "#[versioned]\n" } else { "" };
        let _ = write!(
            source,
            "{versioned}#[derive(Debug, Clone, Serialize, Deserialize)]\n\
             pub struct Item{i} {{\n    pub id: u64,\n{renamed}    pub name: {name},\n    pub amount: {amount},\n{added}    \
             pub labels: Vec<String>,\n}}\n\
             fn item_{i}(id: u64) -> Item{i} {{\n    Item{i} {{ id: id + {marker}, name: Default::default(), amount: Default::default(), labels: Vec::new() }}\n}}\n\
             {}pub async fn list_{i}() -> {body}<Vec<Item{i}>> {{ {body}(vec![item_{i}(0)]) }}\n\
             {}pub async fn create_{i}({body}(item): {body}<Item{i}>) -> {body}<Item{i}> {{ {body}(item) }}\n\
             {}pub async fn read_{i}(Path(id): Path<u64>) -> {body}<Item{i}> {{ {body}(item_{i}(id)) }}\n\
             {}pub async fn replace_{i}(Path(id): Path<u64>, {body}(item): {body}<Item{i}>) -> {body}<Item{i}> \
             {{ {body}(Item{i} {{ id, ..item }}) }}\n",
            attributes("get", &list),
            attributes("post", &list),
            attributes("get", &item),
            attributes("put", &item),
        );
    }

    fn main(self, resources: std::ops::Range<usize>, source: &mut String) {
        match self.framework {
            Framework::Steadfast => {
                source.push_str("fn main() {\n    let router: steadfast::axum::Router = Api::new(endpoints![\n        Version;\n");
                for i in resources {
                    let _ = writeln!(source, "        list_{i}, create_{i}, read_{i}, replace_{i},");
                }
                let store = if self.kind == Kind::Types { ".idempotency(MemoryStore::new())" } else { "" };
                let _ = writeln!(
                    source,
                    "    ])\n    .version_from(Header(\"api-version\").or_reject()){store}\n    .with_state(());"
                );
            }
            Framework::Axum => {
                source.push_str("fn main() {\n    let router: Router = Router::new()\n");
                for i in resources {
                    let _ = writeln!(
                        source,
                        "        .route(\"/r{i}\", get(list_{i}).post(create_{i}))\n        \
                         .route(\"/r{i}/{{id}}\", get(read_{i}).put(replace_{i}))"
                    );
                }
                source.push_str("    ;\n");
            }
        }
        source.push_str("    drop(std::hint::black_box(router));\n}\n");
    }
}

/// The date of a version.
fn date(version: usize) -> String {
    format!("{}-{:02}-01", 2020 + version / 12, version % 12 + 1)
}
