//! What one request finds when it asks whether to run.

use super::claim::Claim;
use super::{Guard, Guarded};
use crate::idempotency::audit::{AuditDraft, Subject};
use crate::idempotency::drain::Permit;
use crate::idempotency::engine::{Action, Event, Request};
use crate::idempotency::execution::{Begin, Held};
use crate::idempotency::fingerprint::{Asked, Restate};
use crate::idempotency::in_flight::{End, Entered};
use crate::idempotency::record::{Finished, RecordId, Token};
use crate::idempotency::recover::Lost;
use crate::idempotency::rules::Rules;
use crate::idempotency::store::{self, StoreError};
use crate::idempotency::{render, report};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use tokio::time::{Instant, sleep_until};

/// How long a request waits before it asks the store again about a twin in another process: at first, and at most.
const ASK_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// One request, as far as it is known before anything is asked of the store.
pub(super) struct Attempt {
    pub(super) rules: Arc<Rules>,
    pub(super) id: RecordId,
    pub(super) asked: Asked,
    /// What it would be at another version, where that may be something else.
    pub(super) restate: Option<Restate>,
    pub(super) version: Option<Date>,
    /// Otherwise it may still hear what it did while it could.
    pub(super) may_run: bool,
    /// Its key is older than anything that is kept.
    pub(super) old: bool,
    /// What is needed to find out how a lost execution ended, if the endpoint does that.
    pub(super) recovery: Option<Recovery>,
    /// What the audit trail is to say of it, if the endpoint has one.
    pub(super) subject: Option<Arc<Subject>>,
}

/// Whose key it was, and which.
pub(super) struct Recovery {
    pub(super) scope: String,
    pub(super) key: Vec<u8>,
}

/// What a request found.
pub(super) enum Turn {
    /// It is to run the operation.
    Run(Starting),
    /// A record, or a twin.
    Found(Action),
    /// The store cannot say, and nothing else in this process does as long as the request is entered, if it is.
    StoreDown(StoreError, Option<Entered>),
    /// It may not run, and there is nothing to hear.
    Refused(Box<Guarded>),
}

/// What an execution begins with.
pub(super) struct Starting {
    pub(super) permit: Permit,
    pub(super) entered: Entered,
    pub(super) token: Token,
    pub(super) begin: Begin,
    pub(super) steps: Finished,
}

impl Guard {
    pub(super) async fn turn(&self, attempt: &Attempt) -> Turn {
        let Attempt { rules, id, asked, may_run, old, .. } = attempt;
        if rules.transactional && self.store.transactions().is_none() {
            report::misused("the idempotency store is not a database that handlers can join");
            return Turn::Refused(Box::new(Guarded::from(render::internal())));
        }
        if !may_run {
            return self.refused(attempt, || Guarded::NothingStored).await;
        }
        let Some(permit) = self.executions.enter() else {
            return self.refused(attempt, || Guarded::from(render::overloaded())).await;
        };
        if *old {
            return self.refused(attempt, || Guarded::from(render::key_expired())).await;
        }
        // Before the store is asked: a claim that lapsed is not to be taken over from an execution that goes on here,
        // and what a database does not know afterwards, nobody here has done.
        let entered = match self.in_flight.enter(*id, asked, attempt.version) {
            Ok(entered) => entered,
            Err(running) => return Box::pin(self.behind(attempt, running)).await,
        };
        let token = match Token::generate() {
            Ok(token) => token,
            Err(error) => return Turn::StoreDown(StoreError::unavailable(error), None),
        };
        let found = if rules.transactional {
            // It claims nothing: its record is written with its effect.
            self.look(attempt).await.map(|action| match action {
                Action::Missing => Action::Execute { steps: Finished::default() },
                action => action,
            })
        } else {
            self.claim(attempt, token, &permit).await
        };
        let (begin, steps) = match found {
            Ok(Action::Execute { steps }) => (Begin::Fresh, steps),
            Ok(Action::Recover { since, steps }) => {
                let held = Held { store: Arc::clone(&self.store), id: *id, token, lease: rules.lease };
                (attempt.lost(since, held), steps)
            }
            Ok(action) => return Turn::Found(action),
            Err(error) => return Turn::StoreDown(error, Some(entered)),
        };
        Turn::Run(Starting { permit, entered, token, begin, steps })
    }

    async fn claim(&self, attempt: &Attempt, token: Token, permit: &Permit) -> Result<Action, StoreError> {
        let Attempt { rules, id, asked, version, subject, .. } = attempt;
        let request = Request {
            asked: asked.clone(),
            version: *version,
            token,
            lease: rules.lease,
            on_lost: rules.on_lost,
        };
        let draft = subject.as_ref().map(|subject| Box::new(subject.lost()));
        let mut claim = Claim::new(&self.store, id, &token, permit);
        let answer = store::apply(&*self.store, *id, Event::Request(request), draft).await;
        // After an error too: the claim may have been made and only the answer been lost.
        claim.settled = answer.is_ok();
        answer
    }

    /// For a request that may not run: what is known, else `otherwise`.
    async fn refused(&self, attempt: &Attempt, otherwise: impl FnOnce() -> Guarded) -> Turn {
        match self.look(attempt).await {
            Ok(Action::Missing) => match self.in_flight.look(attempt.id, &attempt.asked) {
                Action::Missing => Turn::Refused(Box::new(otherwise())),
                running => Turn::Found(running),
            },
            Ok(action) => Turn::Found(action),
            Err(error) => Turn::StoreDown(error, None),
        }
    }

    /// For a request whose twin runs here. Two that are both to hear a stored response are not in each other's way: what
    /// is stored comes first.
    async fn behind(&self, attempt: &Attempt, running: Action) -> Turn {
        match self.look(attempt).await {
            Ok(Action::Missing) => Turn::Found(running),
            Ok(action) => Turn::Found(action),
            // That it runs is known without the store.
            Err(error) if attempt.rules.runs_without_store() && !error.is_unreadable() => match running {
                Action::InProgress { .. } => Turn::Found(running),
                _ => Turn::StoreDown(error, None),
            },
            Err(error) => Turn::StoreDown(error, None),
        }
    }

    pub(super) async fn look(&self, attempt: &Attempt) -> Result<Action, StoreError> {
        let look = Event::Look { asked: attempt.asked.clone() };
        if !attempt.rules.transactional {
            return self.store.apply(attempt.id, look).await;
        }
        let database = self.store.transactions().ok_or_else(StoreError::without_transactions)?;
        database.look(attempt.id, look).await
    }
}

impl Attempt {
    /// Finds out what is asked for would be at the version of a record, for the next question. `false` if that is known.
    pub(super) fn learn(&mut self, version: Date) -> bool {
        let learnt = self.restate.and_then(|restate| self.asked.learn(version, restate));
        learnt.map(|asked| self.asked = asked).is_some()
    }

    /// What the audit trail is to say of what was found.
    pub(super) fn entry(&self, found: &Action) -> Option<Box<AuditDraft>> {
        self.subject.as_ref()?.found(found).map(Box::new)
    }

    /// The answer to what was found.
    pub(super) fn found(&self, found: Action) -> Guarded {
        let found = match found {
            // Of its own version there is nothing to say.
            Action::Mismatch { version } if version == self.version => Action::Mismatch { version: None },
            found => found,
        };
        let mut guarded = Guarded::found(&self.rules, found);
        // Whoever says it in the words of that version hears it in them.
        if let Guarded::Replayed { version: Some(version), newest, .. } = &mut guarded
            && self.asked.is_foreign(*version)
        {
            *newest = None;
        }
        guarded
    }

    fn lost(&self, since: u64, held: Held) -> Begin {
        let Some(Recovery { scope, key }) = &self.recovery else { return Begin::Fresh };
        let (scope, key) = (scope.clone(), key.clone());
        let operation = self.rules.operation.clone();
        Begin::Lost(Box::new((Lost { id: self.id, operation, scope, key, since }, held)))
    }
}

/// A request that waits for its twin.
pub(super) struct Wait {
    until: Instant,
    ask_again: Duration,
    has_waited: bool,
}

impl Wait {
    pub(super) fn until(until: Instant) -> Self {
        Self { until, ask_again: ASK_AGAIN.0, has_waited: false }
    }

    /// Whether nobody has waited yet.
    pub(super) fn is_new(&self) -> bool {
        !self.has_waited
    }

    pub(super) fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    /// Waits for the end of a twin in this process, or for the time to ask about one in another.
    pub(super) async fn once(&mut self, twin: Option<End>) {
        self.has_waited = true;
        if let Some(twin) = twin {
            // Its end or the deadline: either way the store is asked once more.
            let _ = tokio::time::timeout_at(self.until, twin.wait()).await;
            return;
        }
        sleep_until((Instant::now() + self.ask_again).min(self.until)).await;
        self.ask_again = (self.ask_again * 2).min(ASK_AGAIN.1);
    }
}
