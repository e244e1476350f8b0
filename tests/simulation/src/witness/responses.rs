//! What clients may receive.

use super::End;
use crate::api::{Policy, TTL, VERSIONS, response_body};
use crate::handler::refusal_body;
use crate::world::World;

/// A request that a client sends.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) key: usize,
    pub(crate) value: i64,
    pub(crate) version: usize,
    pub(crate) process: usize,
    pub(crate) sent_at: u64,
    pub(crate) received: Option<Received>,
}

/// What the client receives.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) is_replay: bool,
    pub(crate) version: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns the kind of problem that the body is.
    pub(crate) fn problem(&self) -> &str {
        let body = std::str::from_utf8(&self.body).unwrap_or_default();
        let rest = body.split_once("urn:steadfast:problem:").map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default()
    }

    /// Whether it is the outcome of the operation.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.status, 201 | 402 | 410)
    }
}

/// Returns the execution that a body is about.
pub(crate) fn execution_in(body: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(body).ok()?;
    let rest = text.strip_prefix(r#"{"execution":"#).or_else(|| text.strip_prefix("execution "))?;
    let digits = rest.find(|one: char| !one.is_ascii_digit())?;
    rest[..digits].parse().ok()
}

impl World {
    /// A client receives a response.
    pub(crate) fn receives(&mut self, number: usize, received: Received) {
        let attempt = self.witness.attempts[number].clone();
        self.note(|| {
            let Received { status, is_replay, body, .. } = &received;
            let replay = if *is_replay { " (replay)" } else { "" };
            format!("client of request {number} receives {status}{replay} {}", String::from_utf8_lossy(body))
        });
        if let Err(why) = self.check_response(&attempt, &received) {
            self.violated(format_args!("request {number} receives {}: {why}", received.status));
        }
        let counts = &mut self.witness.counts;
        counts.replays += u64::from(received.is_replay);
        counts.refusals += u64::from(!received.problem().is_empty());
        self.witness.attempts[number].received = Some(received);
    }

    fn check_response(&mut self, attempt: &Attempt, received: &Received) -> Result<(), &'static str> {
        let ensure = |holds: bool, why: &'static str| if holds { Ok(()) } else { Err(why) };
        let Attempt { key, value, process, sent_at, .. } = *attempt;
        let troubled = self.was_troubled(process, sent_at);
        let policy = self.policy;
        match (received.status, received.problem()) {
            (201 | 402, _) => self.check_outcome(attempt, received),
            (503 | 429, "") => {
                let execution = execution_in(&received.body).and_then(|one| self.witness.executions.get(one));
                let had = execution.is_some_and(|one| one.end == Some(End::Answered(received.status)));
                ensure(had && !received.is_replay, "no execution answered so")
            }
            (500, "internal-error") => {
                let panicked =
                    self.witness.executions.iter().any(|one| {
                        one.key == key && one.process == process && one.end == Some(End::Panicked)
                    });
                ensure(panicked, "nothing has panicked")
            }
            (409, "in-progress") => {
                let mut executions = self.witness.executions.iter();
                let runs =
                    executions.any(|one| one.key == key && (one.end.is_none() || one.ended_at >= sent_at));
                // This one has not received anything yet, either.
                let others =
                    self.witness.attempts.iter().filter(|one| one.key == key && one.received.is_none());
                let is_alone = others.count() == 1;
                let troubled = self.machines.iter().any(|machine| machine.trouble_at.is_some());
                let is_simple = self.answers_at_once() && !troubled && !self.is_calm;
                ensure(runs || !is_alone || !is_simple, "nothing is in progress")
            }
            (409, "outcome-unknown") => {
                let known = self.witness.key(key);
                let was_unknown = known.unknown_until.is_some_and(|until| until >= sent_at);
                let unknown = known.unknown_since.is_some() || was_unknown || policy == Policy::Recover;
                ensure(policy.may_be_unknown() && unknown, "the outcome is known")
            }
            (422, "key-reused") => {
                let values = &self.witness.key(key).values;
                let others = values.iter().any(|one| *one != value);
                // Whose value is not known yet cannot be compared with a request of another version.
                let versions =
                    self.witness.attempts.iter().any(|one| one.key == key && one.version != attempt.version);
                let recorded = self.witness.key(key).recorded;
                let is_same = recorded.is_some_and(|(one, at)| {
                    at < sent_at && at + TTL > self.now && self.witness.executions[one].value == value
                });
                // Until then such a request is told to wait.
                let troubled = self.machines.iter().any(|machine| machine.trouble_at.is_some());
                let waits = !others && !troubled && self.answers_at_once() && !policy.is_joined();
                let runs = self.witness.executions.iter().any(|one| one.key == key && one.end.is_none());
                ensure(
                    (others || versions) && !is_same && !(waits && runs),
                    "the key was used for the same request",
                )
            }
            (503, "store-unavailable" | "overloaded") => ensure(troubled, "nothing was wrong with the store"),
            (503, "outcome-unknown") => {
                ensure(policy.is_joined() && troubled, "nothing was wrong with the store")
            }
            (410, "response-unavailable") => {
                let known = self.witness.key(key);
                let was_dropped = known.recorded.is_some() && !known.has_response;
                ensure(known.settled_at.is_some() || was_dropped, "its response is available")
            }
            _ => Err("nothing of the kind happened"),
        }
    }

    /// An outcome is that of an execution of the same request, and the recorded one.
    fn check_outcome(&mut self, attempt: &Attempt, received: &Received) -> Result<(), &'static str> {
        let ensure = |holds: bool, why: &'static str| if holds { Ok(()) } else { Err(why) };
        let Attempt { key, value, version, process, sent_at, .. } = *attempt;
        let number = execution_in(&received.body).ok_or("it is of no execution")?;
        let execution = self.witness.executions.get(number).ok_or("it is of no execution")?;
        ensure(execution.key == key, "it is of another operation")?;
        ensure(execution.value == value, "it is the response to another request")?;
        let body = match received.status {
            201 => response_body(version, number, key, value),
            _ => refusal_body(number),
        };
        ensure(received.body == body.as_bytes(), "its bytes are not those that were recorded")?;
        ensure(
            received.status != 201 || received.version.as_deref() == Some(VERSIONS[version]),
            "it is of another version",
        )?;
        let had = execution.end == Some(End::Answered(received.status));
        let is_recovered = self.policy == Policy::Recover && execution.charges > 0;
        ensure(had || is_recovered, "no execution answered so")?;
        let is_fresh_enough = execution.recorded_at.is_some_and(|at| at + TTL > sent_at);
        if received.is_replay {
            return ensure(is_fresh_enough, "its record is not there, or has expired");
        }
        if !is_recovered {
            let is_own = execution.process == process && execution.began_at >= sent_at;
            ensure(is_own, "it is no replay, and of an execution before")?;
        }
        if self.policy.is_joined() {
            return ensure(execution.is_committed || received.status == 402, "its charge is not committed");
        }
        let troubled = self.was_troubled(process, execution.ended_at);
        ensure(is_fresh_enough || troubled, "it is not recorded, and the store never failed")
    }

    /// Whether the execution that a response is of is recorded no longer.
    pub(crate) fn has_expired(&self, received: &Received) -> bool {
        let number = execution_in(&received.body);
        let execution = number.and_then(|number| self.witness.executions.get(number));
        execution.is_some_and(|one| one.recorded_at.is_none_or(|at| at + TTL <= self.now))
    }

    /// A client sends a request.
    pub(crate) fn sends(&mut self, attempt: Attempt) -> usize {
        let number = self.witness.attempts.len();
        let Attempt { key, value, version, process, .. } = attempt;
        self.note(|| {
            format!(
                "client sends request {number} to p{process}: key-{key}, value {value}, version {}",
                VERSIONS[version]
            )
        });
        let values = &mut self.witness.key(key).values;
        if !values.contains(&value) {
            values.push(value);
        }
        self.witness.counts.requests += 1;
        self.witness.attempts.push(attempt);
        number
    }
}
