//! Paths that one router could not hold, in different versions; and paths that overlap without harm.
#![deny(warnings)]

use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

macro_rules! handlers {
    ($($name:ident $method:ident $path:literal $(($($version:tt)*))?;)*) => {
        $(
            #[$method($path)]
            $(#[api_version($($version)*)])?
            async fn $name() {}
        )*
    };
}

handlers! {
    // Behind a static segment each version has its own.
    id get "/files/of/all/{id}" (since = "2024-01-15", until = "2024-12-18");
    key get "/files/of/all/{key}" (since = "2024-12-18", until = "2025-09-30");
    tree get "/files/of/all/{*path}" (since = "2025-09-30");
    // Whatever matches both is answered by the first in every version of the second.
    users get "/{tenant}/users" (since = "2024-01-15", until = "2025-09-30");
    create_user post "/{tenant}/users" (since = "2024-12-18");
    member get "/{tenant}/{name}" (since = "2024-12-18");
    // One path with one name.
    tenant get "/{tenant}" (since = "2024-01-15", until = "2024-12-18");
    newer_tenant get "/{tenant}" (since = "2024-12-18");
    // A path outside of versions gives way to those inside.
    fallback get "/{tenant}/{name}/{page}";
    page get "/{tenant}/pages/{page}" (since = "2025-09-30");
    // The braces stand for themselves.
    a get "/{{a}}" (since = "2024-01-15");
    b get "/{{b}}" (since = "2024-01-15");
}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![
        Version; id, key, tree, users, create_user, member, tenant, newer_tenant, fallback, page, a, b
    ];
}
