//! Handlers with one name are told apart: every module has its `list`.

use serde::Serialize;
use steadfast::changelog::{Changelog, EndpointChange};
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
#[derive(Serialize)]
struct User {
    #[renamed(in = "2025-09-30", was(mail))]
    email: String,
}

#[versioned]
#[derive(Serialize)]
struct Order {
    #[renamed(in = "2025-09-30", was(number))]
    id: u8,
}

/// A handler `list` of these versions.
macro_rules! list {
    ($module:ident, $path:literal, $item:ty, $($range:tt)*) => {
        mod $module {
            #[allow(unused_imports, reason = "each has one of the two types")]
            use super::{Order, User, Versioned, api_version, get};

            #[get($path)]
            #[api_version($($range)*)]
            pub(super) async fn list() -> Versioned<Vec<$item>> {
                Versioned(Vec::new())
            }
        }
    };
}

list!(orders, "/orders", Order, since = "2024-01-15");
list!(orders_until, "/orders", Order, since = "2024-01-15", until = "2025-09-30");
list!(orders_moved, "/v2/orders", Order, since = "2025-09-30");
list!(users_until, "/users", User, since = "2024-01-15", until = "2025-09-30");
list!(users_moved, "/v2/users", User, since = "2025-09-30");
list!(users_of_the_first, "/users", User, since = "2024-01-15", until = "2024-12-18");
list!(users_again, "/users", User, since = "2025-09-30", gap);
list!(names_until, "/names", String, since = "2024-01-15", until = "2025-09-30");
list!(names_moved, "/v2/names", String, since = "2025-09-30");

/// Of which each version has other items.
#[versioned]
#[derive(Serialize)]
struct Page<T> {
    #[renamed(in = "2025-09-30", was(data))]
    items: Vec<T>,
}

list!(pages_until, "/pages", super::Page<u8>, since = "2024-01-15", until = "2025-09-30");
list!(pages, "/pages", super::Page<String>, since = "2025-09-30");

/// What became of an endpoint, its path, and where it moved.
type Endpoint<'a> = (EndpointChange, &'a str, Option<&'a str>);

/// The name of a type that changed, and the endpoints that have it.
type Type<'a> = (&'a str, Vec<String>);

/// The endpoints and the types of the last version.
fn told(changelog: &Changelog) -> (Vec<Endpoint<'_>>, Vec<Type<'_>>) {
    let last = &changelog.versions[0];
    let endpoints = last.endpoints.iter().map(|entry| (entry.change, entry.path, entry.to));
    let types = last.types.iter().map(|entry| (entry.name, entry.endpoints.clone()));
    (endpoints.collect(), types.collect())
}

#[test]
fn each_of_several_that_move_is_found_by_its_types() {
    let list: Endpoints<_, (), _> =
        endpoints![Version; orders_until::list, orders_moved::list, users_moved::list, users_until::list];
    let changelog = list.changelog();
    let (endpoints, types) = told(&changelog);
    let moved = EndpointChange::Moved;
    assert_eq!(endpoints, [(moved, "/orders", Some("/v2/orders")), (moved, "/users", Some("/v2/users"))]);
    let of = |path: &str| vec![format!("GET {path}")];
    assert_eq!(types, [("Order", of("/v2/orders")), ("User", of("/v2/users"))]);
}

#[test]
fn one_that_stays_is_not_the_past_of_one_that_moved() {
    let list: Endpoints<_, (), _> = endpoints![Version; orders::list, users_until::list, users_moved::list];
    let changelog = list.changelog();
    let (endpoints, types) = told(&changelog);
    assert_eq!(endpoints, [(EndpointChange::Moved, "/users", Some("/v2/users"))]);
    let names: Vec<_> = types.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Order", "User"]);
}

#[test]
fn one_that_comes_back_has_the_past_of_its_path() {
    let list: Endpoints<_, (), _> =
        endpoints![Version; orders::list, users_of_the_first::list, users_again::list];
    let changelog = list.changelog();
    let (endpoints, types) = told(&changelog);
    assert_eq!(endpoints, [(EndpointChange::Restored, "/users", None)]);
    assert_eq!(types[1], ("User", vec!["GET /users".to_owned()]));
}

#[test]
fn one_that_is_new_has_not_the_past_of_another() {
    let list: Endpoints<_, (), _> = endpoints![Version; orders::list, orders_moved::list];
    let changelog = list.changelog();
    let (endpoints, types) = told(&changelog);
    assert_eq!(endpoints, [(EndpointChange::Added, "/v2/orders", None)]);
    assert_eq!(types, [("Order", vec!["GET /orders".to_owned()])]);
}

#[test]
fn what_nothing_tells_apart_went_and_came() {
    let alone: Endpoints<_, (), _> = endpoints![Version; names_until::list, names_moved::list];
    assert_eq!(told(&alone.changelog()).0, [(EndpointChange::Moved, "/names", Some("/v2/names"))]);
    let list: Endpoints<_, (), _> = endpoints![Version; orders::list, names_until::list, names_moved::list];
    let (added, removed) = (EndpointChange::Added, EndpointChange::Removed);
    assert_eq!(told(&list.changelog()).0, [(added, "/v2/names", None), (removed, "/names", None)]);
}

#[test]
fn a_type_that_has_other_parameters_from_then_on_has_changed() {
    let list: Endpoints<_, (), _> = endpoints![Version; pages_until::list, pages::list];
    let changelog = list.changelog();
    let (endpoints, types) = told(&changelog);
    assert_eq!(endpoints, [(EndpointChange::Replaced, "/pages", None)]);
    assert_eq!(types, [("Page", vec!["GET /pages".to_owned()])]);
}
