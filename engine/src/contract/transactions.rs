//! The promises of [`Transactions`], for the stores that have them.

use super::{ID, ONE, Probe, TWO, complete, describe, differs, is, look, replay, request, response};
use crate::idempotency::{Action, BoxFuture, Event, RecordId, StoreError, Transaction, Transactions};
use futures_util::future::{Either, join_all, select};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long something is waited for that is not to come.
const MOMENT: Duration = Duration::from_millis(100);

const NEIGHBOUR: RecordId = RecordId([0xAC; 32]);

pub(super) async fn commit_shows(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let mut transaction = begin(database).await?;
    for id in [ID, NEIGHBOUR] {
        inside(&mut *transaction, id, look(), Action::Missing).await?;
        inside(&mut *transaction, id, complete(ONE, response(&id.0)), Action::Done).await?;
    }
    for id in [ID, NEIGHBOUR] {
        inside(&mut *transaction, id, look(), replay(response(&id.0))).await?;
    }
    transaction.commit().await.map_err(|error| describe(&error))?;
    for id in [ID, NEIGHBOUR] {
        looked(database, id, &replay(response(&id.0))).await?;
        probe.expect_of(id, request(TWO), replay(response(&id.0))).await?;
        let mut next = begin(database).await?;
        inside(&mut *next, id, complete(TWO, response(b"late")), replay(response(&id.0))).await?;
    }
    Ok(())
}

pub(super) async fn rollback_leaves_nothing(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let transaction = completing(database).await?;
    transaction.rollback().await.map_err(|error| describe(&error))?;
    nothing_is_left(probe, database).await
}

pub(super) async fn drop_leaves_nothing(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    drop(completing(database).await?);
    nothing_is_left(probe, database).await
}

/// A look waits, fails, or finds nothing.
pub(super) async fn uncommitted_is_unseen(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let transaction = completing(database).await?;
    let looks = [database.look(ID, look()), probe.store.apply(ID, look())].map(soon);
    let mut waiting = Vec::new();
    for look in join_all(looks).await {
        match look {
            Either::Left(found) => not_seen(found)?,
            Either::Right(look) => waiting.push(look),
        }
    }
    transaction.rollback().await.map_err(|error| describe(&error))?;
    for look in waiting {
        not_seen(look.await)?;
    }
    Ok(())
}

/// A second transaction waits for the first, or does not begin. Once it has begun it sees what the first has done.
pub(super) async fn one_at_a_time(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let first = completing(database).await?;
    let waiting = match soon(database.begin()).await {
        Either::Left(Ok(_)) => return Err("a second transaction began while the first was open".to_owned()),
        Either::Left(Err(_)) => None,
        Either::Right(waiting) => Some(waiting),
    };
    first.commit().await.map_err(|error| describe(&error))?;
    let second = match waiting {
        Some(waiting) => waiting.await,
        None => database.begin().await,
    };
    if let Ok(mut second) = second {
        inside(&mut *second, ID, complete(TWO, response(b"second")), replay(response(b"first"))).await?;
    }
    looked(database, ID, &replay(response(b"first"))).await
}

/// A claim from outside waits, fails, or finds what the transaction has committed.
pub(super) async fn nobody_claims_meanwhile(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let transaction = completing(database).await?;
    let claim = match soon(probe.store.apply(ID, request(TWO))).await {
        Either::Left(Ok(action)) => {
            return Err(format!("a request gave {action:?} while a transaction had completed the operation"));
        }
        Either::Left(Err(_)) => None,
        Either::Right(claim) => Some(claim),
    };
    transaction.commit().await.map_err(|error| describe(&error))?;
    let expected = replay(response(b"first"));
    if let Some(claim) = claim
        && let Ok(action) = claim.await
        && !is(&action, &expected)
    {
        return Err(format!("a request that waited gave {}", differs(&action, &expected)));
    }
    looked(database, ID, &expected).await
}

pub(super) async fn sees_others(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    probe.expect(request(ONE), Action::EXECUTE).await?;
    let waits = Action::InProgress { retry_after: 1 };
    looked(database, ID, &waits).await?;
    let mut transaction = begin(database).await?;
    inside(&mut *transaction, ID, complete(TWO, response(b"second")), waits).await?;
    inside(&mut *transaction, ID, complete(ONE, response(b"first")), Action::Done).await?;
    transaction.commit().await.map_err(|error| describe(&error))?;
    looked(database, ID, &replay(response(b"first"))).await
}

pub(super) async fn one_of_many(probe: &Probe) -> Result<(), String> {
    let Some(database) = probe.store.transactions() else { return Ok(()) };
    let attempts = (0..16_u8).map(async |of| {
        let Ok(mut transaction) = database.begin().await else { return false };
        let completed = transaction.apply(ID, complete(ONE, response(&[of]))).await;
        matches!(completed, Ok(Action::Done)) && transaction.commit().await.is_ok()
    });
    let completed = join_all(attempts).await;
    let mut winners = (0..16_u8).zip(completed).filter_map(|(of, completed)| completed.then_some(of));
    match (winners.next(), winners.next()) {
        (Some(winner), None) => looked(database, ID, &replay(response(&[winner]))).await,
        (None, _) => Err("no transaction completed".to_owned()),
        (Some(_), Some(_)) => Err("two transactions completed one operation".to_owned()),
    }
}

async fn begin(database: &dyn Transactions) -> Result<Box<dyn Transaction>, String> {
    database.begin().await.map_err(|error| describe(&error))
}

/// A transaction that has recorded an outcome and not committed it.
async fn completing(database: &dyn Transactions) -> Result<Box<dyn Transaction>, String> {
    let mut transaction = begin(database).await?;
    inside(&mut *transaction, ID, complete(ONE, response(b"first")), Action::Done).await?;
    Ok(transaction)
}

async fn inside(
    transaction: &mut dyn Transaction,
    id: RecordId,
    event: Event,
    expected: Action,
) -> Result<(), String> {
    let asked = format!("{event:?}");
    let action = transaction.apply(id, event).await.map_err(|error| describe(&error))?;
    if is(&action, &expected) {
        Ok(())
    } else {
        Err(format!("in a transaction, {asked} gave {}", differs(&action, &expected)))
    }
}

async fn looked(database: &dyn Transactions, id: RecordId, expected: &Action) -> Result<(), String> {
    let found = database.look(id, look()).await.map_err(|error| describe(&error))?;
    if is(&found, expected) { Ok(()) } else { Err(format!("a look found {}", differs(&found, expected))) }
}

async fn nothing_is_left(probe: &Probe, database: &dyn Transactions) -> Result<(), String> {
    looked(database, ID, &Action::Missing).await?;
    let mut next = begin(database).await?;
    inside(&mut *next, ID, look(), Action::Missing).await?;
    next.rollback().await.map_err(|error| describe(&error))?;
    probe.expect(request(TWO), Action::EXECUTE).await
}

fn not_seen(found: Result<Action, StoreError>) -> Result<(), String> {
    match found {
        Ok(Action::Missing) | Err(_) => Ok(()),
        Ok(action) => Err(format!("a look found {action:?}, which was not committed")),
    }
}

/// What comes of `future` within a moment, or the future itself, which waits for something.
async fn soon<T>(future: BoxFuture<'_, T>) -> Either<T, BoxFuture<'_, T>> {
    // By a thread: the caller's runtime may have no timer.
    let (sender, moment) = oneshot::channel::<()>();
    thread::spawn(move || {
        thread::sleep(MOMENT);
        drop(sender);
    });
    match select(future, moment).await {
        Either::Left((output, _)) => Either::Left(output),
        Either::Right((_, future)) => Either::Right(future),
    }
}
