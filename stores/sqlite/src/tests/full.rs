//! A full disk, which a limit of pages stands in for.

use super::*;
use futures_util::future::join;

const PAGES: u32 = 100;

/// Takes more room than there is.
const FILL: &str = "CREATE TABLE ballast AS SELECT zeroblob(4096 * 200)";

/// Gives the room back.
const CLEAR: &str = "DROP TABLE ballast";

async fn store() -> (TempDir, SqliteStore) {
    let (directory, path) = file();
    (directory, SqliteStore::options().max_pages(PAGES).open(path).await.unwrap())
}

/// More than fits beside other rows.
fn big() -> Entry {
    done(vec![b'x'; 20_000])
}

/// Claims until there is no room for another record, and returns the claims.
async fn claim_all(store: &SqliteStore) -> Vec<Found> {
    let mut claims = Vec::new();
    for of in 0..5000 {
        match claim(store, id(of)).await {
            Ok(found) => claims.push(found),
            Err(StoreError::Full) => return claims,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("there is room for everything");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_the_store_goes_on_when_there_is_room() {
    let (_directory, store) = store().await;
    put(&store, id(9000), "before").await.unwrap();
    run(&store, FILL).await;
    let claims = claim_all(&store).await;
    let next = u16::try_from(claims.len()).unwrap();
    assert!(matches!(claim(&store, id(next)).await, Err(StoreError::Full)));
    let end = || store.swap(id(0), Some(claims[0].revision.clone()), Some(big()), Vec::new());
    assert!(matches!(end().await, Err(StoreError::Full)));
    assert_eq!(stored(&store, id(9000)).await.unwrap(), "before");
    assert_eq!(store.load(id(0)).await.unwrap().unwrap().revision, claims[0].revision);
    run(&store, CLEAR).await;
    assert!(matches!(end().await, Ok(Swap::Done(Some(_)))));
    // The room of the reserve is taken again first.
    until(async || claim(&store, id(next)).await.is_ok_and(|found| found.inserted)).await;
    let rows = number(&store, "SELECT count(*) FROM steadfast_idempotency").await;
    assert_eq!(rows, i64::from(next) + 2);
}

#[tokio::test]
async fn a_write_that_finds_no_room_fails_no_other_in_its_batch() {
    let (_directory, store) = store().await;
    run(&store, FILL).await;
    let claims = claim_all(&store).await;
    // The writes wait for this transaction, and so for one commit.
    let (transaction, _) = store.begin(None).await.unwrap();
    let writes = join_all((0..20).zip(&claims).map(|(of, claim)| {
        let new = if of % 2 == 0 { big() } else { entry(Kind::Held, "held") };
        store.swap(id(of), Some(claim.revision.clone()), Some(new), Vec::new())
    }));
    let (writes, ended) = join(writes, transaction.rollback()).await;
    ended.unwrap();
    for (of, write) in writes.into_iter().enumerate() {
        match write {
            Err(StoreError::Full) => assert_eq!(of % 2, 0),
            write => assert!(matches!(write, Ok(Swap::Done(Some(_)))) && of % 2 == 1, "{of}: {write:?}"),
        }
    }
}

#[tokio::test]
async fn a_record_that_finds_no_room_rolls_its_transaction_back() {
    let (_directory, store) = store().await;
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    run(&store, FILL).await;
    claim_all(&store).await;
    let (mut transaction, _) = SqliteTransaction::begin(&store.0, Some(id(8000))).await.unwrap();
    sqlx::query("PRAGMA max_page_count = 100").execute(transaction.connection_mut()).await.unwrap();
    sqlx::query("INSERT INTO payments VALUES (1)").execute(transaction.connection_mut()).await.unwrap();
    let finished = Box::new(transaction).finish(Some(big()), Vec::new()).await.unwrap();
    assert!(matches!(finished, Finish::RolledBack(StoreError::Full)), "{finished:?}");
    assert_eq!(store.load(id(8000)).await.unwrap(), None);
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
    run(&store, CLEAR).await;
    let (transaction, _) = store.begin(Some(id(8000))).await.unwrap();
    assert!(matches!(transaction.finish(Some(big()), Vec::new()).await.unwrap(), Finish::Committed));
}

#[cfg(unix)]
mod size_limit {
    use super::super::processes::{again, path};
    use super::*;
    use std::process::Command;

    /// A limit of the size of files makes the write of a commit fail, which SQLite meets at `COMMIT` and not before.
    #[tokio::test]
    async fn a_commit_that_cannot_be_written_is_rolled_back() {
        let (_directory, path) = file();
        let store = SqliteStore::open(&path).await.unwrap();
        run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
        store.close().await;
        let child = again("full::size_limit::commits_more_than_fits", &path);
        // Blocks of 512 bytes: the file and its log are far smaller, and the record is larger.
        let mut limited = Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh"]).arg(child.get_program());
        limited
            .args(child.get_args())
            .envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = limited.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(number(&store, "SELECT sum(id) FROM payments").await, 2);
        assert_eq!(stored(&store, id(1)).await.unwrap(), "small");
    }

    #[tokio::test]
    #[ignore = "started by the test above"]
    async fn commits_more_than_fits() {
        let store = SqliteStore::open(path()).await.unwrap();
        let pay = async |payment: i64, record: Entry| {
            let (mut transaction, found) = SqliteTransaction::begin(&store.0, Some(id(1))).await.unwrap();
            assert_eq!(found, None);
            let insert = sqlx::query("INSERT INTO payments VALUES (?1)").bind(payment);
            insert.execute(transaction.connection_mut()).await.unwrap();
            Box::new(transaction).finish(Some(record), Vec::new()).await.unwrap()
        };
        match pay(1, done(vec![b'x'; 1 << 20])).await {
            Finish::RolledBack(StoreError::Unavailable(why)) => {
                assert!(why.to_string().contains("I/O"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        assert!(unavailable(put(&store, id(2), vec![b'x'; 1 << 20]).await).contains("I/O"));
        assert_eq!(store.load(id(2)).await.unwrap(), None);
        assert!(matches!(pay(2, done("small")).await, Finish::Committed));
    }
}
