use super::*;

fn unreadable(result: Result<SqliteStore, StoreError>) -> String {
    match result {
        Err(StoreError::Unreadable { why }) => why.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn many_can_open_a_new_file_at_once() {
    for _ in 0..10 {
        let (_directory, path) = file();
        let stores = join_all((0..6).map(|_| SqliteStore::open(&path))).await;
        for (of, store) in (0..).zip(stores) {
            assert!(claim(&store.unwrap(), id(of)).await.unwrap().inserted);
        }
    }
}

#[tokio::test]
async fn tables_of_the_application_are_left_alone() {
    let (_directory, path) = file();
    elsewhere(&path)
        .execute_batch("CREATE TABLE payments (id INTEGER PRIMARY KEY); PRAGMA user_version = 77;")
        .unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(number(&store, "PRAGMA user_version").await, 77);
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
}

#[tokio::test]
async fn tables_of_another_version_are_refused() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    for (version, statement) in [
        ("version 1000,", "UPDATE steadfast_meta SET value = 1000"),
        ("version -1,", "UPDATE steadfast_meta SET value = -1"),
    ] {
        run(&store, statement).await;
        let why = unreadable(SqliteStore::open(&path).await);
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        assert!(why.contains(version) && why.contains("help: "), "{why}");
    }
}

#[tokio::test]
async fn tables_of_another_layout_are_refused() {
    for (statement, column) in [
        ("ALTER TABLE steadfast_idempotency RENAME COLUMN revision TO codec", "revision"),
        ("ALTER TABLE steadfast_audit RENAME COLUMN details TO body", "details"),
        ("DROP TABLE steadfast_idempotency", "steadfast_idempotency"),
    ] {
        let (_directory, path) = file();
        SqliteStore::open(&path).await.unwrap().close().await;
        elsewhere(&path).execute_batch(statement).unwrap();
        let why = unreadable(SqliteStore::open(&path).await);
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        assert!(why.contains(column) && why.contains("help: "), "{why}");
    }
}

#[tokio::test]
async fn a_table_of_somebody_else_is_refused_and_left_alone() {
    let (_directory, path) = file();
    let other = elsewhere(&path);
    other.execute_batch("CREATE TABLE steadfast_idempotency (id BLOB, state INTEGER)").unwrap();
    let why = unavailable(SqliteStore::open(&path).await);
    assert!(why.contains("steadfast_idempotency already exists"), "{why}");
    let tables = "SELECT group_concat(name) FROM sqlite_schema";
    let tables: String = other.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, "steadfast_idempotency");
}

/// A look-up must not read all that there is.
#[tokio::test]
async fn every_look_up_has_an_index() {
    let (_directory, path) = file();
    SqliteStore::open(&path).await.unwrap().close().await;
    let connection = elsewhere(&path);
    for (rows, index) in [
        (
            "steadfast_idempotency WHERE id = x'00' AND expires_at > 1",
            "sqlite_autoindex_steadfast_idempotency_1",
        ),
        (
            "steadfast_idempotency WHERE expires_at <= 1 ORDER BY expires_at",
            "steadfast_idempotency_expires_at",
        ),
        ("steadfast_audit WHERE at >= 1", "steadfast_audit_at"),
        ("steadfast_audit WHERE record = x'00'", "steadfast_audit_record"),
        ("steadfast_audit WHERE operation = 'pay'", "steadfast_audit_operation"),
    ] {
        let plan = format!("EXPLAIN QUERY PLAN SELECT * FROM {rows}");
        let plan: String = connection.query_row(&plan, [], |row| row.get("detail")).unwrap();
        assert!(plan.contains(&format!("USING INDEX {index} ")), "{rows}: {plan}");
    }
    for write in [statements::UPDATE, statements::DELETE] {
        // Parameters that are not bound are NULL.
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {write}")).unwrap();
        let plan: String = plan.raw_query().next().unwrap().unwrap().get("detail").unwrap();
        assert!(plan.contains("USING INDEX sqlite_autoindex_steadfast_idempotency_1 "), "{write}: {plan}");
    }
}

#[tokio::test]
async fn a_file_with_tables_is_opened_while_another_process_writes() {
    let (_directory, path) = file();
    SqliteStore::open(&path).await.unwrap().close().await;
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    SqliteStore::options().busy_timeout(Duration::ZERO).open(&path).await.unwrap();
}
