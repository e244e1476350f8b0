//! From endpoints and options to a router.

use super::Options;
use super::dispatch::{Dispatch, Site};
use super::entry::{Enter, Entered, Entry, Neutral};
use super::groups::{Group, Presence, groups, in_the_way};
use super::settings::{Previews, Settings};
use super::table::Table;
use crate::endpoint::{Path, Range, Registered};
use crate::guard::Guard;
use crate::response_headers::links::Templates;
use crate::response_headers::version_headers::{ApiHeaders, EndpointHeaders, Vary};
use crate::version::{ApiVersions, VersionPolicy};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use steadfast_core::{Date, Release};

pub(super) struct Parts<V, S> {
    pub(super) endpoints: Vec<Registered<S>>,
    pub(super) policy: VersionPolicy<V, S>,
    pub(super) guard: Option<Arc<Guard>>,
    pub(super) options: Options<S>,
}

pub(super) fn router<V, S, S2>(parts: Parts<V, S>, state: S) -> Router<S2>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
    S2: Clone + Send + Sync + 'static,
{
    let Parts { endpoints, policy, guard, options } = parts;
    let timeline = V::TIMELINE;
    if let Some(default) = policy.default {
        let release = &timeline.releases[default.position()];
        assert!(
            !release.preview || matches!(options.previews, Previews::On),
            "{} is a preview: switch previews on, or choose another default",
            release.date
        );
    }
    let of_previews = match &options.previews {
        Previews::If(names, _) => names.clone(),
        Previews::Off | Previews::On => Vec::new(),
    };
    let vary = Vary::new(policy.vary().chain(of_previews));
    let of_api = Arc::new(ApiHeaders::new(timeline, &policy, vary, options.deprecation));
    let headers = Arc::new(EndpointHeaders::new(&of_api, std::iter::empty()));

    let mut by_path: BTreeMap<&'static str, Vec<Registered<S>>> = BTreeMap::new();
    for endpoint in endpoints {
        by_path.entry(endpoint.meta.path.text).or_default().push(endpoint);
    }
    let mut templates = Templates::default();
    if let Some(prefix) = policy.path_prefix() {
        // What names its version is not given another, even if parameters match it.
        for segment in
            timeline.releases.iter().flat_map(segments).chain(timeline.removed.iter().map(Date::to_string))
        {
            templates.insert(&format!("{prefix}/{segment}"), false);
            templates.insert(&format!("{prefix}/{segment}/{{*rest}}"), false);
        }
    }
    for (path, endpoints) in &by_path {
        templates.insert(path, endpoints.iter().any(|endpoint| endpoint.meta.range != Range::Neutral));
    }
    let tables: Vec<Arc<Table<S>>> = by_path
        .into_iter()
        .map(|(path, endpoints)| Arc::new(Table::new(path, endpoints, guard.as_ref(), &of_api)))
        .collect();
    let Options { clock, previews, after_sunset, deprecation: _, problem_base } = options;
    let settings = Arc::new(Settings {
        timeline,
        policy,
        clock,
        previews,
        after_sunset,
        problem_base,
        headers,
        templates: Arc::new(templates),
    });
    Assembly { settings, tables, state }.router()
}

/// What stands for a version in a path. The macro refuses an alias that looks like a date.
fn segments(release: &Release) -> impl Iterator<Item = String> {
    release.alias.map(str::to_owned).into_iter().chain([release.date.to_string()])
}

struct Assembly<V, S> {
    settings: Arc<Settings<V, S>>,
    tables: Vec<Arc<Table<S>>>,
    state: S,
}

impl<V, S> Assembly<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    fn router<S2: Clone + Send + Sync + 'static>(&self) -> Router<S2> {
        let groups = self.groups();
        let mut router = Router::new();
        for (index, table) in self.tables.iter().enumerate() {
            if !groups.iter().any(|group| group.members.contains(&index)) {
                router = router.route(table.path, any(self.dispatch(table, false)));
            }
        }
        let mut router = router.with_state(self.state.clone());
        for Group { prefix, members } in &groups {
            let tables: Vec<&Arc<Table<S>>> = members.iter().map(|member| &self.tables[*member]).collect();
            router = router.nest_service(prefix, self.entry(prefix, &tables, None, true));
        }
        self.below_segments(router, !groups.is_empty())
    }

    /// The endpoints with versions once more, below the segment of each version.
    fn below_segments<S2>(&self, mut router: Router<S2>, matched_by_version: bool) -> Router<S2>
    where
        S2: Clone + Send + Sync + 'static,
    {
        let Settings { policy, timeline, .. } = &*self.settings;
        let Some(prefix) = policy.path_prefix() else { return router };
        let below = |table: &&Arc<Table<S>>| {
            let rest = table.path.strip_prefix(prefix);
            table.has_versions() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let tables: Vec<&Arc<Table<S>>> = self.tables.iter().filter(below).collect();
        if tables.is_empty() {
            return router;
        }
        let routers = self.routers(prefix, &tables, matched_by_version);
        self.assert_segments_free(prefix);
        for release in timeline.releases {
            for segment in segments(release) {
                let named = Some((release.date, segment.as_str().into()));
                let entry = self.entry_of(prefix, &tables, named, routers.clone());
                router = router.nest_service(&format!("{prefix}/{segment}"), entry);
            }
        }
        for removed in timeline.removed {
            let entry =
                self.entry_of(prefix, &tables, Some((*removed, removed.to_string().into())), Vec::new());
            router = router.nest_service(&format!("{prefix}/{removed}"), entry);
        }
        router
    }

    /// A path such as `/v2/payments` of an endpoint would be at the default version and not at v2.
    fn assert_segments_free(&self, prefix: &str) {
        let timeline = self.settings.timeline;
        for table in &self.tables {
            let below = table.path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
            let first = below.and_then(|below| below.split('/').next()).unwrap_or_default();
            let named = |release: &Release| release.alias == Some(first) || release.date.to_string() == first;
            assert!(
                !timeline.releases.iter().any(named),
                "{} has the segment of a version: write the path without it, `PathSegment` adds it",
                table.path
            );
        }
    }

    fn groups(&self) -> Vec<Group> {
        groups(&self.tables.iter().map(|table| self.presence(table)).collect::<Vec<_>>())
    }

    fn presence(&self, table: &Table<S>) -> Presence {
        let versions = 0..self.settings.timeline.releases.len();
        Presence {
            path: Path::new(table.path),
            is_neutral: !table.has_versions(),
            at: versions.map(|position| table.answers_at(position)).collect(),
        }
    }

    fn dispatch(&self, table: &Arc<Table<S>>, entered: bool) -> Dispatch<V, S> {
        let (settings, table) = (Arc::clone(&self.settings), Arc::clone(table));
        Dispatch(Arc::new(Site { settings, table, entered }))
    }

    fn entry(
        &self,
        prefix: &'static str,
        tables: &[&Arc<Table<S>>],
        named: Option<(Date, Arc<str>)>,
        matched_by_version: bool,
    ) -> Enter<V, S> {
        self.entry_of(prefix, tables, named, self.routers(prefix, tables, matched_by_version))
    }

    fn entry_of(
        &self,
        prefix: &'static str,
        tables: &[&Arc<Table<S>>],
        named: Option<(Date, Arc<str>)>,
        routers: Vec<Router>,
    ) -> Enter<V, S> {
        let end = |slash: &str| {
            let whole = format!("{prefix}{slash}");
            tables.iter().find(|table| table.path == whole).map(|table| self.dispatch(table, true))
        };
        let neutral = if named.is_none() { self.neutral(prefix, tables) } else { None };
        let (settings, state) = (Arc::clone(&self.settings), self.state.clone());
        Enter(Arc::new(Entry { settings, state, prefix, named, ends: [end(""), end("/")], routers, neutral }))
    }

    fn neutral(&self, prefix: &str, tables: &[&Arc<Table<S>>]) -> Option<Neutral> {
        let neutral: Vec<&Arc<Table<S>>> =
            tables.iter().copied().filter(|table| table.has_neutral()).collect();
        if neutral.is_empty() {
            return None;
        }
        let mut paths = Templates::default();
        for table in tables.iter().filter(|table| is_below(table.path, prefix)) {
            paths.insert(&table.path[prefix.len()..], table.has_versions());
        }
        Some(Neutral { router: self.inner(prefix, &neutral), paths })
    }

    /// By version, what its paths match. Versions that match alike share a router.
    fn routers(&self, prefix: &str, tables: &[&Arc<Table<S>>], matched_by_version: bool) -> Vec<Router> {
        let versions = 0..self.settings.timeline.releases.len();
        if !matched_by_version {
            let all = self.inner(prefix, tables);
            return versions.map(|_| all.clone()).collect();
        }
        let presences: Vec<Presence> = tables.iter().map(|table| self.presence(table)).collect();
        let tables: Vec<(&Arc<Table<S>>, bool)> =
            tables.iter().copied().zip(in_the_way(&presences)).collect();
        let mut routers: Vec<Router> = Vec::new();
        let mut before: Vec<&str> = Vec::new();
        for position in versions {
            let here = tables.iter().filter(|(table, in_the_way)| !in_the_way || table.answers_at(position));
            let here: Vec<&Arc<Table<S>>> = here.map(|(table, _)| *table).collect();
            let paths: Vec<&str> = here.iter().map(|table| table.path).collect();
            let router = match routers.last() {
                Some(last) if paths == before => last.clone(),
                _ => self.inner(prefix, &here),
            };
            routers.push(router);
            before = paths;
        }
        routers
    }

    /// A router behind an entry at `prefix`.
    fn inner(&self, prefix: &str, tables: &[&Arc<Table<S>>]) -> Router {
        let settings = Arc::clone(&self.settings);
        let unmatched = async move |mut request: Request| -> Response {
            match request.extensions_mut().remove::<Entered>() {
                Some(entered) => settings.unmatched(entered, &request),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        };
        let below =
            |table: &&&Arc<Table<S>>| table.path.len() > prefix.len() + usize::from(!prefix.is_empty());
        let router = tables.iter().filter(below).fold(Router::new(), |router, table| {
            router.route(&table.path[prefix.len()..], any(self.dispatch(table, true)))
        });
        router.fallback(unmatched).with_state(self.state.clone())
    }
}

/// Whether the path goes on behind the prefix, with more than a slash.
fn is_below(path: &str, prefix: &str) -> bool {
    path.len() > prefix.len() + usize::from(!prefix.is_empty())
}
