//! Transactions that end before the framework ends them.

use super::joined::{Fixture, JOINED, fixture, insert, pay, tx};
use super::*;

/// A payment, then `statement`, then another payment; whatever comes of them, the handler answers with `status`.
async fn pay_around(fixture: &Fixture, statement: &'static str, status: StatusCode) -> Seen {
    let execute = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        for statement in [statement, "INSERT INTO payments (note) VALUES ('two')"] {
            let _ = sqlx::raw_sql(statement).execute(&mut *tx).await;
        }
        Answer::Returned((status, status.as_str().to_owned()).into_response())
    };
    seen(fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await).await
}

const ENDS: [&str; 5] = [
    "INSERT OR ROLLBACK INTO things (id) VALUES (1)",
    "UPDATE things SET id = 2",
    "COMMIT",
    "ROLLBACK",
    "ROLLBACK; BEGIN IMMEDIATE",
];

async fn with_things() -> Fixture {
    let fixture = fixture().await;
    for statement in [
        "CREATE TABLE things (id INTEGER PRIMARY KEY)",
        "INSERT INTO things VALUES (1)",
        "CREATE TRIGGER fixed BEFORE UPDATE ON things BEGIN SELECT RAISE(ROLLBACK, 'fixed'); END",
    ] {
        sqlx::query(statement).execute(fixture.store.pool()).await.unwrap();
    }
    fixture
}

#[tokio::test]
async fn a_transaction_that_ended_early_commits_nothing_and_is_no_success() {
    for statement in ENDS {
        let fixture = with_things().await;
        let failed = pay_around(&fixture, statement, StatusCode::CREATED).await;
        assert_eq!((failed.status, problem(&failed)), (500, "internal-error"), "{statement}");
        assert_eq!(fixture.rows().await, (0, 0), "{statement}");
        assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    }
}

/// Transactions follow each other on one connection: what was allowed for the one is not for the next.
#[tokio::test]
async fn nor_does_one_that_follows_a_commit() {
    for statement in ENDS {
        let fixture = with_things().await;
        assert_eq!(pay(&fixture.guard, "before", StatusCode::CREATED).await, fresh(201, "201"));
        let failed = pay_around(&fixture, statement, StatusCode::CREATED).await;
        assert_eq!((failed.status, problem(&failed)), (500, "internal-error"), "{statement}");
        assert_eq!(fixture.rows().await, (1, 1), "{statement}");
    }
}

#[tokio::test]
async fn a_refusal_after_a_transaction_ended_early_is_recorded_alone() {
    for statement in ENDS {
        let fixture = with_things().await;
        assert_eq!(pay_around(&fixture, statement, StatusCode::CONFLICT).await, fresh(409, "409"));
        assert_eq!(fixture.rows().await, (0, 1), "{statement}");
        assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(409, "409"));
    }
}

#[tokio::test]
async fn a_transaction_that_ended_early_harms_no_other() {
    let fixture = with_things().await;
    for statement in ENDS {
        for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::CREATED] {
            assert_eq!(pay_around(&fixture, statement, status).await.status, 500);
        }
    }
    for key in 0..30 {
        assert_eq!(pay(&fixture.guard, &key.to_string(), StatusCode::CREATED).await, fresh(201, "201"));
    }
    assert_eq!(fixture.rows().await, (30, 30));
}

#[tokio::test]
async fn a_handler_can_nest_transactions() {
    use sqlx::Connection;
    let fixture = fixture().await;
    for (key, rows) in [("a", 1), ("b", 2), ("c", 3)] {
        let execute = |request| async move {
            let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
            let mut nested = tx.begin().await.unwrap();
            sqlx::query("INSERT INTO payments (note) VALUES ('kept')").execute(&mut *nested).await.unwrap();
            nested.commit().await.unwrap();
            let mut nested = tx.begin().await.unwrap();
            sqlx::query("INSERT INTO payments (note) VALUES ('not')").execute(&mut *nested).await.unwrap();
            drop(nested);
            Answer::Returned(StatusCode::CREATED.into_response())
        };
        let answer = fixture.guard.asked(&JOINED, b"", None, true, request(key, ""), execute).await;
        assert_eq!(seen(answer).await.status, 201);
        assert_eq!(fixture.rows().await, (rows, rows));
    }
}
