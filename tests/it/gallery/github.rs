//! GitHub, from the breaking changes of version 2026-03-10 of its REST API; the version before is 2022-11-28.

use super::{both_ways, refused, sent, shown};
use crate::server::Server;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{Api, ApiVersions, Header, Versioned, api_version, endpoints, get, versioned};

const OLD: &str = "2022-11-28";
const NEW: &str = "2026-03-10";

/// GitHub, 2026-03-10, "Remove deprecated `rate` property from rate limit endpoint": it says what `resources.core` says.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[removed(in = "2026-03-10", was(rate: Rate), downgrade = |limit: &RateLimit| limit.resources.core)]
struct RateLimit {
    resources: Resources,
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Resources {
    core: Rate,
    search: Rate,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Rate {
    limit: u32,
    remaining: u32,
}

#[test]
fn older_clients_see_the_rate_twice() {
    let core = Rate { limit: 5000, remaining: 4999 };
    let search = Rate { limit: 30, remaining: 18 };
    both_ways(
        &RateLimit { resources: Resources { core, search } },
        &[
            (
                OLD,
                r#"{"resources":{"core":{"limit":5000,"remaining":4999},"search":{"limit":30,"remaining":18}},"rate":{"limit":5000,"remaining":4999}}"#,
            ),
            (
                NEW,
                r#"{"resources":{"core":{"limit":5000,"remaining":4999},"search":{"limit":30,"remaining":18}}}"#,
            ),
        ],
    );
}

/// GitHub, 2026-03-10, "Updates the 'Get repository content' API": a submodule in a directory says so, and is a file for
/// older clients.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ContentType {
    File,
    Dir,
    #[added(in = "2026-03-10", was(File))]
    Submodule,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Content {
    r#type: ContentType,
    path: String,
}

#[test]
fn a_submodule_is_a_file_for_older_clients() {
    let content = |r#type, path: &str| Content { r#type, path: path.to_owned() };
    let directory = vec![content(ContentType::Dir, "src"), content(ContentType::Submodule, "vendored")];
    shown(&directory, &[(OLD, r#"[{"type":"dir","path":"src"},{"type":"file","path":"vendored"}]"#)]);
    both_ways(
        &directory,
        &[(NEW, r#"[{"type":"dir","path":"src"},{"type":"submodule","path":"vendored"}]"#)],
    );
    sent(&[(OLD, r#"{"type":"file","path":"a"}"#, content(ContentType::File, "a"))]);
}

/// GitHub, 2026-03-10, "Remove deprecated `use_squash_pr_title_as_default` property from repo settings endpoints": a flag
/// and the word that replaces it were both there; the word wins.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct RepositorySettings {
    #[changed(
        in = "2026-03-10",
        was(use_squash_pr_title_as_default: Option<bool>, squash_merge_commit_title: Option<SquashTitle>),
        upgrade = SquashTitle::of,
        downgrade = |title: &Option<SquashTitle>| (title.map(|title| title == SquashTitle::PrTitle), *title)
    )]
    squash_merge_commit_title: Option<SquashTitle>,
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SquashTitle {
    PrTitle,
    CommitOrPrTitle,
}

impl SquashTitle {
    fn of(use_title: Option<bool>, title: Option<Self>) -> Option<Self> {
        title.or(use_title.map(|title| if title { Self::PrTitle } else { Self::CommitOrPrTitle }))
    }
}

#[test]
fn a_flag_that_stood_beside_its_successor_is_gone() {
    let settings = |squash_merge_commit_title| RepositorySettings { squash_merge_commit_title };
    for (title, flag, word) in [
        (SquashTitle::PrTitle, true, "PR_TITLE"),
        (SquashTitle::CommitOrPrTitle, false, "COMMIT_OR_PR_TITLE"),
    ] {
        both_ways(
            &settings(Some(title)),
            &[
                (
                    OLD,
                    &format!(
                        r#"{{"use_squash_pr_title_as_default":{flag},"squash_merge_commit_title":"{word}"}}"#
                    ),
                ),
                (NEW, &format!(r#"{{"squash_merge_commit_title":"{word}"}}"#)),
            ],
        );
        sent(&[(OLD, &format!(r#"{{"use_squash_pr_title_as_default":{flag}}}"#), settings(Some(title)))]);
    }
    sent(&[
        (
            OLD,
            r#"{"use_squash_pr_title_as_default":false,"squash_merge_commit_title":"PR_TITLE"}"#,
            settings(Some(SquashTitle::PrTitle)),
        ),
        (OLD, "{}", settings(None)),
        (NEW, r#"{"use_squash_pr_title_as_default":true}"#, settings(None)),
    ]);
}

/// GitHub, 2026-03-10, "Remove `javascript` and `typescript` values from the `languages` enum in code scanning default
/// setup responses": two values that were one in truth are gone.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[removed(in = "2026-03-10", was(Javascript), upgrade = Language::JavascriptTypescript)]
#[removed(in = "2026-03-10", was(Typescript), upgrade = Language::JavascriptTypescript)]
enum Language {
    Go,
    JavascriptTypescript,
}

#[test]
fn two_languages_are_one() {
    let languages = || vec![Language::Go, Language::JavascriptTypescript];
    let one = r#"["go","javascript-typescript"]"#;
    both_ways(&languages(), &[(OLD, one), (NEW, one)]);
    sent(&[(OLD, r#"["go","javascript"]"#, languages()), (OLD, r#"["go","typescript"]"#, languages())]);
    refused::<Language>(&[(
        NEW,
        r#""typescript""#,
        "unknown variant `typescript`, expected `go` or `javascript-typescript`",
    )]);
}

/// GitHub, 2026-03-10, "Remove deprecated singular 'assignee' field from Issue and Pull Request endpoints": one of many
/// stood beside all of them.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Issue {
    title: String,
    #[changed(
        in = "2026-03-10",
        was(assignee: Option<String>, #[serde(default)] assignees: Vec<String>),
        upgrade = all_of,
        downgrade = |assignees: &Vec<String>| (assignees.first().cloned(), assignees.clone())
    )]
    #[serde(default)]
    assignees: Vec<String>,
}

fn all_of(assignee: Option<String>, mut assignees: Vec<String>) -> Vec<String> {
    if let Some(one) = assignee.filter(|one| !assignees.contains(one)) {
        assignees.insert(0, one);
    }
    assignees
}

#[test]
fn one_assignee_is_the_first_of_many() {
    let issue = |assignees: &[&str]| Issue {
        title: "Bug".to_owned(),
        assignees: assignees.iter().map(|&login| login.to_owned()).collect(),
    };
    both_ways(
        &issue(&["ada", "bob"]),
        &[
            (OLD, r#"{"title":"Bug","assignee":"ada","assignees":["ada","bob"]}"#),
            (NEW, r#"{"title":"Bug","assignees":["ada","bob"]}"#),
        ],
    );
    both_ways(
        &issue(&[]),
        &[
            (OLD, r#"{"title":"Bug","assignee":null,"assignees":[]}"#),
            (NEW, r#"{"title":"Bug","assignees":[]}"#),
        ],
    );
    sent(&[
        (OLD, r#"{"title":"Bug","assignee":"ada"}"#, issue(&["ada"])),
        (OLD, r#"{"title":"Bug","assignee":"ada","assignees":["bob"]}"#, issue(&["ada", "bob"])),
        (OLD, r#"{"title":"Bug"}"#, issue(&[])),
        (NEW, r#"{"title":"Bug","assignee":"ada"}"#, issue(&[])),
    ]);
}

/// GitHub, 2026-03-10, "Deprecate support for the `beta` media type": an address in a list is an object, no longer a
/// text.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[replaced(in = "2026-03-10", was(String), upgrade = Email::of, downgrade = Email::address)]
struct Email {
    email: String,
    verified: bool,
}

impl Email {
    fn of(email: String) -> Self {
        Self { email, verified: false }
    }

    fn address(&self) -> String {
        self.email.clone()
    }
}

#[test]
fn a_text_in_a_list_is_an_object() {
    let emails = |verified| vec![Email { email: "a@example.com".to_owned(), verified }];
    both_ways(
        &emails(false),
        &[(OLD, r#"["a@example.com"]"#), (NEW, r#"[{"email":"a@example.com","verified":false}]"#)],
    );
    shown(&emails(true), &[(OLD, r#"["a@example.com"]"#)]);
}

/// GitHub, 2026-03-10, "Change `selected_repository_ids` parameter to only accept integers for Dependabot org secrets":
/// older clients may send them as texts.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct OrganizationSecret {
    #[changed(
        in = "2026-03-10",
        was(selected_repository_ids: Vec<Id>),
        upgrade = Id::numbers,
        downgrade = |ids: &Vec<u64>| ids.iter().copied().map(Id::Number).collect(),
        lossy = "a text comes back as a number"
    )]
    selected_repository_ids: Vec<u64>,
}

#[versioned]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn numbers(ids: Vec<Self>) -> Result<Vec<u64>, String> {
        let number = |id| match id {
            Self::Number(id) => Ok(id),
            Self::Text(text) => text.parse().map_err(|_| format!("{text:?} is no id of a repository")),
        };
        ids.into_iter().map(number).collect()
    }
}

#[test]
fn ids_are_numbers() {
    let secret = || OrganizationSecret { selected_repository_ids: vec![1, 2] };
    let numbers = r#"{"selected_repository_ids":[1,2]}"#;
    both_ways(&secret(), &[(OLD, numbers), (NEW, numbers)]);
    sent(&[(OLD, r#"{"selected_repository_ids":["1",2]}"#, secret())]);
    refused::<OrganizationSecret>(&[
        (OLD, r#"{"selected_repository_ids":["one"]}"#, r#""one" is no id of a repository"#),
        (NEW, r#"{"selected_repository_ids":["1"]}"#, r#"invalid type: string "1", expected u64"#),
    ]);
}

laws!(
    OrganizationSecret,
    any::<Vec<u64>>().prop_map(|selected_repository_ids| OrganizationSecret { selected_repository_ids }),
    old = [(OLD, r#"{"selected_repository_ids":["1",2]}"#)]
);

#[derive(ApiVersions)]
enum Version {
    #[version("2022-11-28")]
    V2022_11_28,
    #[version("2026-03-10")]
    V2026_03_10,
}

#[versioned]
#[derive(Serialize)]
struct Roles {
    custom_roles: [&'static str; 1],
}

/// GitHub, 2026-03-10 (Enterprise Cloud), "Change custom repository role endpoint paths to be more descriptive about the
/// resource": another path, and the name of the organization instead of its number.
#[get("/organizations/{organization_id}/custom_roles")]
#[api_version(since = "2022-11-28", until = "2026-03-10")]
async fn custom_roles(Path(organization): Path<u64>) -> Versioned<Roles> {
    Versioned(roles(if organization == 9 { "octo" } else { "nobody" }))
}

#[get("/orgs/{org}/custom-repository-roles")]
#[api_version(since = "2026-03-10")]
async fn custom_repository_roles(Path(organization): Path<String>) -> Versioned<Roles> {
    Versioned(roles(&organization))
}

fn roles(organization: &str) -> Roles {
    Roles { custom_roles: [if organization == "octo" { "labeler" } else { "none" }] }
}

#[tokio::test]
async fn an_endpoint_has_another_path() {
    let api = Api::new(endpoints![Version; custom_roles, custom_repository_roles]);
    let api = api.version_from(Header("X-GitHub-Api-Version").or_default(Version::V2022_11_28));
    let server = Server::start(api.with_state(())).await;
    let (old, new) = ("/organizations/9/custom_roles", "/orgs/octo/custom-repository-roles");
    for (version, path, status) in [(OLD, old, 200), (OLD, new, 404), (NEW, old, 404), (NEW, new, 200)] {
        let answer = server.get(path, &[&format!("X-GitHub-Api-Version: {version}")]).await;
        assert_eq!(answer.status, status, "{version} {path}: {answer:?}");
        if status == 200 {
            assert_eq!(answer.body, r#"{"custom_roles":["labeler"]}"#, "{version} {path}");
        }
    }
    assert_eq!(server.get(old, &[]).await.status, 200);
}
