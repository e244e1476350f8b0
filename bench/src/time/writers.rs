//! First requests by several clients at once, and the two commits of each: on the store, and by hand.

use super::{Table, Timed};
use crate::by_hand::ByHand;
use crate::payment::NEWEST;
use crate::served::DigestOf;
use crate::variant::Variant;
use axum::Router;
use bytes::Bytes;
use http_body_util::BodyExt;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use steadfast::SqliteStore;
use steadfast_engine::{Entry, Kind, RecordId, Store, Swap};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const CLIENTS: [u32; 3] = [1, 8, 64];

const CALLS_A_ROUND: u32 = 64 * 40;

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    // As a server with one thread.
    let runtime = Rc::new(tokio::runtime::Builder::new_current_thread().enable_all().build()?);
    let folder = Arc::new(tempfile::tempdir()?);
    for clients in CLIENTS {
        let path = |of: &str| folder.path().join(format!("{of}-{clients}.sqlite"));
        let by_hand = ByHand::open(&path("by-hand"))?;
        let store = runtime.block_on(SqliteStore::open(path("store")))?;
        let routers = [ByHand::open(&path("requests"))?.router(), runtime.block_on(requests())?];

        let pair = move |number| pair_by_hand(by_hand.clone(), number);
        table.rows.push((
            format!("by hand, claim and completion, {clients} at once"),
            timed(&runtime, &folder, clients, pair),
        ));
        let pair = move |number| pair_on(store.clone(), number);
        table.rows.push((
            format!("`SqliteStore`, claim and completion, {clients} at once"),
            timed(&runtime, &folder, clients, pair),
        ));
        for (name, router) in ["by hand", "`SqliteStore`"].into_iter().zip(routers) {
            let request = move |number| request(router.clone(), number);
            table.rows.push((
                format!("{name}, first request, {clients} at once"),
                timed(&runtime, &folder, clients, request),
            ));
        }
    }
    Ok(table)
}

/// Pairs of a claim and its completion by `clients` at once: how many operations, in how many commits.
pub(super) fn commits(whose: &str, clients: u32, pairs: u32) -> Result<(u64, u64), Box<dyn Error>> {
    let runtime = Rc::new(tokio::runtime::Builder::new_current_thread().enable_all().build()?);
    let folder = Arc::new(tempfile::tempdir()?);
    let path = folder.path().join("pairs.sqlite");
    Ok(match whose {
        "by-hand" => {
            let keys = ByHand::open(&path)?;
            let by_hand = keys.clone();
            timed(&runtime, &folder, clients, move |number| pair_by_hand(by_hand.clone(), number))(pairs);
            (2 * u64::from(pairs), keys.commits())
        }
        "store" => {
            let store = runtime.block_on(SqliteStore::open(path))?;
            let at = store.clone();
            timed(&runtime, &folder, clients, move |number| pair_on(at.clone(), number))(pairs);
            (store.counts().writes, store.counts().commits)
        }
        _ => return Err(format!("`{whose}` is neither `by-hand` nor `store`").into()),
    })
}

async fn requests() -> Result<Router, Box<dyn Error>> {
    Variant::SqliteFirst.router(DigestOf::Sha256).await
}

/// Calls by `clients` tasks, each of which begins its next when it has its answer.
fn timed<F>(
    runtime: &Rc<Runtime>,
    folder: &Arc<TempDir>,
    clients: u32,
    call: impl Fn(u32) -> F + Clone + Send + 'static,
) -> Timed
where
    F: Future<Output = ()> + Send,
{
    let (runtime, folder) = (Rc::clone(runtime), Arc::clone(folder));
    let mut before = 0;
    Box::new(move |count| {
        // Kept as long as there is a file in it.
        let _folder = &folder;
        let (from, to) = (before, before + count);
        before = to;
        let begun = Instant::now();
        runtime.block_on(async {
            let mut running = tokio::task::JoinSet::new();
            for client in 0..clients {
                let call = call.clone();
                running.spawn(async move {
                    for number in (from + client..to).step_by(clients as usize) {
                        call(number).await;
                    }
                });
            }
            running.join_all().await;
        });
        begun.elapsed()
    })
}

async fn request(router: Router, number: u32) {
    let mut request = Variant::SqliteFirst.request(number);
    let key = key(number).parse().expect("a key is a header's value");
    request.headers_mut().insert("idempotency-key", key);
    let answer = router.oneshot(request).await.expect("a router never fails");
    assert!(answer.status().is_success(), "answered {}", answer.status());
    answer.into_body().collect().await.expect("the body is there");
}

async fn pair_by_hand(keys: ByHand, number: u32) {
    let key = key(number);
    keys.claim(key.clone()).await.expect("claimed");
    keys.complete(key, Bytes::from_static(NEWEST.as_bytes())).await.expect("completed");
}

async fn pair_on(store: SqliteStore, number: u32) {
    let id = id(number);
    let mut claim = || Ok(entry(Kind::Running, CLAIM));
    let found = store.find_or_insert(id, &mut claim).await.expect("claimed");
    assert!(found.inserted, "somebody has claimed number {number}");
    let done = entry(Kind::Done, NEWEST.as_bytes());
    let swap = store.swap(id, Some(found.revision), Some(done), Vec::new()).await.expect("completed");
    assert!(matches!(swap, Swap::Done(_)), "somebody has overwritten number {number}");
}

/// About as long as the record of an execution.
const CLAIM: &[u8] = &[7; 128];

fn entry(kind: Kind, record: &'static [u8]) -> Entry {
    Entry { record: Bytes::from_static(record), kind, keep_for: Duration::from_hours(24) }
}

/// As clients make them: as spread as hashes are, and so in no order that would be kind to an index.
fn key(number: u32) -> String {
    let RecordId(bytes) = id(number);
    let (words, _) = bytes.as_chunks();
    format!("{:016x}{:016x}", u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1]))
}

/// As spread as hashes are.
fn id(number: u32) -> RecordId {
    let mut state = u64::from(number);
    let mut bytes = [0; 32];
    for word in bytes.as_chunks_mut().0 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        *word = (mixed ^ (mixed >> 31)).to_le_bytes();
    }
    RecordId(bytes)
}
