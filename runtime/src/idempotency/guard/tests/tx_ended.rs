//! Transactions that a statement of the handler ends.

use super::tx::{Fixture, fixture, insert, pay, tx};
use super::*;

/// Makes a payment, runs `statement`, and makes another payment; the handler returns `status` whatever came of them.
async fn pay_around(fixture: &Fixture, statement: &'static str, status: StatusCode) -> Received {
    let handler = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        for statement in [statement, "INSERT INTO payments (note) VALUES ('two')"] {
            let _ = sqlx::raw_sql(statement).execute(&mut *tx).await;
        }
        returned((status, status.as_str().to_owned()))
    };
    received(fixture.guard.send(&TX, request("k", ""), handler).await).await
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
async fn statement_ends_the_transaction_then_nothing_is_committed_and_the_response_is_an_error() {
    for statement in ENDS {
        let fixture = with_things().await;
        let failed = pay_around(&fixture, statement, StatusCode::CREATED).await;
        assert_eq!(failed.problem(), (500, "internal-error"), "{statement}");
        assert_eq!(fixture.rows().await, (0, 0), "{statement}");
        assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    }
}

#[tokio::test]
async fn statement_ends_a_transaction_on_a_reused_connection_then_nothing_is_committed() {
    for statement in ENDS {
        let fixture = with_things().await;
        assert_eq!(pay(&fixture.guard, "before", StatusCode::CREATED).await, fresh(201, "201"));
        let failed = pay_around(&fixture, statement, StatusCode::CREATED).await;
        assert_eq!(failed.problem(), (500, "internal-error"), "{statement}");
        assert_eq!(fixture.rows().await, (1, 1), "{statement}");
    }
}

#[tokio::test]
async fn refusal_after_an_ended_transaction_is_recorded_alone() {
    for statement in ENDS {
        let fixture = with_things().await;
        assert_eq!(pay_around(&fixture, statement, StatusCode::CONFLICT).await, fresh(409, "409"));
        assert_eq!(fixture.rows().await, (0, 1), "{statement}");
        assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(409, "409"));
    }
}

#[tokio::test]
async fn ended_transactions_leave_no_trace_in_later_ones() {
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
async fn nested_transactions_are_committed_and_rolled_back_by_themselves() {
    use sqlx::Connection;
    let fixture = fixture().await;
    for (key, rows) in [("a", 1), ("b", 2), ("c", 3)] {
        let handler = |request| async move {
            let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
            let mut nested = tx.begin().await.unwrap();
            sqlx::query("INSERT INTO payments (note) VALUES ('kept')").execute(&mut *nested).await.unwrap();
            nested.commit().await.unwrap();
            let mut nested = tx.begin().await.unwrap();
            sqlx::query("INSERT INTO payments (note) VALUES ('not')").execute(&mut *nested).await.unwrap();
            drop(nested);
            returned(StatusCode::CREATED)
        };
        let outcome = fixture.guard.send(&TX, request(key, ""), handler).await;
        assert_eq!(received(outcome).await.status, 201);
        assert_eq!(fixture.rows().await, (rows, rows));
    }
}
