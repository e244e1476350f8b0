use super::*;

async fn finish(transaction: Box<dyn Transaction>, new: Option<Entry>) -> Finish {
    transaction.finish(new, Vec::new()).await.unwrap()
}

async fn begin(store: &SqliteStore, of: u16) -> SqliteTransaction {
    SqliteTransaction::begin(&store.0, Some(id(of))).await.unwrap().0
}

async fn execute(transaction: &mut SqliteTransaction, statement: &'static str) -> sqlx::Result<()> {
    sqlx::query(statement).execute(transaction.connection_mut()).await.map(drop)
}

#[tokio::test]
async fn a_transaction_commits_its_record_or_drops_it() {
    let (_directory, path) = file();
    for store in [SqliteStore::in_memory().await.unwrap(), SqliteStore::open(path).await.unwrap()] {
        run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
        let payments = async || number(&store, "SELECT count(*) FROM payments").await;
        let pay = async || {
            let mut transaction = begin(&store, 1).await;
            execute(&mut transaction, "INSERT INTO payments DEFAULT VALUES").await.unwrap();
            Box::new(transaction)
        };
        drop(pay().await);
        assert_eq!((payments().await, stored(&store, id(1)).await), (0, None));
        pay().await.rollback().await.unwrap();
        assert_eq!((payments().await, stored(&store, id(1)).await), (0, None));
        assert!(matches!(finish(pay().await, Some(done("paid"))).await, Finish::Committed));
        assert_eq!((payments().await, stored(&store, id(1)).await), (1, Some("paid".into())));

        let (transaction, found) = store.begin(Some(id(1))).await.unwrap();
        assert_eq!(&*found.unwrap().record, b"paid");
        assert!(matches!(finish(transaction, None).await, Finish::Committed));
        assert_eq!(store.load(id(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_transaction_without_an_id_has_no_record() {
    let store = SqliteStore::in_memory().await.unwrap();
    let (transaction, found) = store.begin(None).await.unwrap();
    assert_eq!(found, None);
    assert!(matches!(finish(transaction, Some(done("nowhere"))).await, Finish::Committed));
    assert_eq!(number(&store, "SELECT count(*) FROM steadfast_idempotency").await, 0);
}

#[tokio::test]
async fn a_deferred_constraint_rolls_back_and_leaves_the_store_usable() {
    let store = SqliteStore::in_memory().await.unwrap();
    run(&store, "CREATE TABLE accounts (id INTEGER PRIMARY KEY)").await;
    run(&store, "CREATE TABLE payments (account INTEGER REFERENCES accounts DEFERRABLE INITIALLY DEFERRED)")
        .await;
    let mut transaction = begin(&store, 1).await;
    execute(&mut transaction, "INSERT INTO payments VALUES (7)").await.unwrap();
    match finish(Box::new(transaction), Some(done("paid"))).await {
        Finish::RolledBack(StoreError::RolledBack(why)) => {
            assert!(why.to_string().contains("FOREIGN KEY"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
    assert!(matches!(finish(Box::new(begin(&store, 1).await), Some(done("paid"))).await, Finish::Committed));
}

#[tokio::test]
async fn a_transaction_that_a_statement_ended_commits_nothing() {
    let (_directory, path) = file();
    for store in [SqliteStore::in_memory().await.unwrap(), SqliteStore::open(path).await.unwrap()] {
        run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
        for end in [
            "ROLLBACK",
            "ROLLBACK; BEGIN",
            "COMMIT",
            "END; BEGIN IMMEDIATE",
            "INSERT OR ROLLBACK INTO payments VALUES (1)",
        ] {
            for id in [Some(id(1)), None] {
                let (mut transaction, _) = SqliteTransaction::begin(&store.0, id).await.unwrap();
                execute(&mut transaction, "INSERT INTO payments VALUES (1)").await.unwrap();
                // A `COMMIT` fails, and ends the transaction all the same.
                let _ = execute(&mut transaction, end).await;
                let _ = execute(&mut transaction, "INSERT INTO payments VALUES (2)").await;
                match finish(Box::new(transaction), Some(done("paid"))).await {
                    Finish::RolledBack(StoreError::RolledBack(why)) => {
                        assert!(why.to_string().contains("ended the transaction"), "{end}: {why}");
                    }
                    other => panic!("{end}: {other:?}"),
                }
                assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0, "{end}");
            }
            assert_eq!(store.load(id(1)).await.unwrap(), None, "{end}");
        }
    }
}

#[tokio::test]
async fn a_transaction_that_a_handler_nests_ends_by_itself() {
    use sqlx::Connection;
    let store = SqliteStore::in_memory().await.unwrap();
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    let mut transaction = begin(&store, 1).await;
    execute(&mut transaction, "INSERT INTO payments VALUES (1)").await.unwrap();
    for (payment, commits) in [(2, true), (3, false)] {
        let mut nested = transaction.connection_mut().begin().await.unwrap();
        sqlx::query("INSERT INTO payments VALUES (?1)").bind(payment).execute(&mut *nested).await.unwrap();
        if commits {
            nested.commit().await.unwrap();
        } else {
            nested.rollback().await.unwrap();
        }
    }
    assert!(matches!(finish(Box::new(transaction), Some(done("paid"))).await, Finish::Committed));
    assert_eq!(number(&store, "SELECT sum(id) FROM payments").await, 3);
}

#[tokio::test]
async fn a_record_that_cannot_be_written_rolls_back() {
    let store = SqliteStore::in_memory().await.unwrap();
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    run(
        &store,
        "CREATE TRIGGER refuse BEFORE INSERT ON steadfast_idempotency BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .await;
    let mut transaction = begin(&store, 1).await;
    execute(&mut transaction, "INSERT INTO payments VALUES (1)").await.unwrap();
    assert!(matches!(finish(Box::new(transaction), Some(done("paid"))).await, Finish::RolledBack(_)));
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
}

#[tokio::test]
async fn a_file_can_be_read_while_a_transaction_writes() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    let mut transaction = begin(&store, 1).await;
    execute(&mut transaction, "INSERT INTO payments VALUES (1)").await.unwrap();
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
    Box::new(transaction).rollback().await.unwrap();
}

#[tokio::test]
async fn a_reader_in_memory_waits_for_the_writer() {
    let store = SqliteStore::in_memory().await.unwrap();
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    let mut transaction = begin(&store, 1).await;
    execute(&mut transaction, "INSERT INTO payments VALUES (1)").await.unwrap();
    let mut found = store.load(id(1));
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut found).await.is_err());
    assert!(matches!(finish(Box::new(transaction), Some(done("paid"))).await, Finish::Committed));
    assert_eq!(&*found.await.unwrap().unwrap().record, b"paid");
}

#[tokio::test]
async fn the_store_does_not_wait_for_the_connections_of_the_application() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    let mut taken = Vec::new();
    while taken.len() < store.pool().options().get_max_connections() as usize {
        taken.push(store.pool().acquire().await.unwrap());
    }
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    assert!(matches!(finish(Box::new(begin(&store, 1).await), Some(done("done"))).await, Finish::Committed));
    assert_eq!(stored(&store, id(1)).await.unwrap(), "done");
}
