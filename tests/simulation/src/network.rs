//! The way between a process and the store: calls that come late, twice, not at all, or without a reply.

use crate::api::LEASE;
use crate::records::Isolation;
use crate::world::{Happening, World, running, with};
use std::task::{Context, Poll, Waker};
use steadfast_engine::{AuditDraft, Entry, Finish, Found, RecordId, StoreError, Swap};
use steadfast_engine::{Codec, State, StoredOutcome};

/// What a process asks for.
#[derive(Clone)]
pub(crate) enum Request {
    /// Nothing: a handler works for so many milliseconds.
    Sleep(u64),
    /// Looks for what is there, where that is known without a round trip.
    Find(RecordId),
    Insert(RecordId, Entry),
    Swap(RecordId, Option<u64>, Option<Entry>, Vec<AuditDraft>),
    Load(RecordId),
    Append(RecordId, AuditDraft),
    Begin(Option<RecordId>),
    Finish(usize, Option<Entry>, Vec<AuditDraft>),
    Rollback(usize),
}

/// What it is answered.
pub(crate) enum Reply {
    Done,
    Found(Found),
    Entry(Option<Found>),
    Swapped(Swap),
    Begun(usize, Option<Found>),
    Finished(Finish),
    Failed(StoreError),
}

impl Reply {
    fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Finished(Finish::RolledBack(_)))
    }
}

/// A call, and how far it is.
pub(crate) struct Call {
    pub(crate) process: usize,
    pub(crate) incarnation: u32,
    pub(crate) request: Request,
    pub(crate) sent_at: u64,
    fate: Fate,
    /// How long its reply is under way.
    back: u64,
    /// The reply on its way.
    prepared: Option<Reply>,
    /// The reply, or its absence, once it is there.
    reply: Option<Reply>,
    waker: Option<Waker>,
    /// Nobody waits for it any longer.
    is_forgotten: bool,
    /// There was no room for it.
    was_refused: bool,
}

impl Call {
    /// Whether its process has died.
    pub(crate) fn is_gone(&self, world: &World) -> bool {
        world.machines[self.process].incarnation != self.incarnation
    }
}

/// How likely each fault is, in percent of the calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Faults {
    /// The longest usual way, in milliseconds. Without one a call is answered at once.
    pub(crate) delay: u64,
    /// A way that takes as long as a lease.
    pub(crate) slow: u64,
    /// The call is not applied; an error returns.
    pub(crate) lost_request: u64,
    /// The call is applied; an error returns.
    pub(crate) lost_reply: u64,
    /// An error returns, and the call is applied later.
    pub(crate) late: u64,
    /// The call is applied, and once more later.
    pub(crate) twice: u64,
    pub(crate) isolation: Isolation,
}

impl Faults {
    pub(crate) const NONE: Self = Self {
        delay: 0,
        slow: 0,
        lost_request: 0,
        lost_reply: 0,
        late: 0,
        twice: 0,
        isolation: Isolation::Waits,
    };

    fn is_none(&self) -> bool {
        self.lost_request + self.lost_reply + self.late + self.twice == 0
    }
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Usual,
    LostRequest,
    LostReply,
    Late,
    Twice,
}

/// A call that is under way as soon as it is polled.
#[derive(Debug)]
pub(crate) struct Sent {
    process: usize,
    number: Option<usize>,
}

impl Sent {
    pub(crate) fn by(process: usize) -> Self {
        Self { process, number: None }
    }

    /// Returns the reply, if it is there; else sends the call that `make` returns, or waits.
    pub(crate) fn poll(
        &mut self,
        context: &Context<'_>,
        make: impl FnOnce() -> Result<Request, StoreError>,
    ) -> Poll<Reply> {
        if let Some(number) = self.number {
            let reply = with(|world| world.take_reply(number, context.waker()));
            if reply.is_some() {
                self.number = None;
            }
            return reply.map_or(Poll::Pending, Poll::Ready);
        }
        let request = match make() {
            Ok(request) => request,
            Err(error) => return Poll::Ready(Reply::Failed(error)),
        };
        let (reply, number) = with(|world| {
            let number = world.submit(self.process, request);
            (world.send(number, context.waker()), number)
        });
        if reply.is_none() {
            self.number = Some(number);
        }
        reply.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if let Some(number) = self.number.take() {
            with(|world| world.forget(number));
        }
    }
}

/// Lets a handler work for a while.
pub(crate) async fn sleep(milliseconds: u64) {
    if milliseconds == 0 {
        return;
    }
    let mut sent = Sent::by(running());
    std::future::poll_fn(move |context| sent.poll(context, || Ok(Request::Sleep(milliseconds)))).await;
}

impl World {
    /// Makes a call that nobody has sent yet. Returns its number.
    fn submit(&mut self, process: usize, request: Request) -> usize {
        let incarnation = self.machines[process].incarnation;
        let fate = self.draw(&request);
        let (reply, prepared, waker) = (None, None, None);
        let call = Call {
            process,
            incarnation,
            request,
            sent_at: self.now,
            fate,
            back: 0,
            prepared,
            reply,
            waker,
            is_forgotten: false,
            was_refused: false,
        };
        self.calls.push(call);
        self.calls.len() - 1
    }

    /// Whether the store is nearby and nothing is wrong with the way there.
    pub(crate) fn answers_at_once(&self) -> bool {
        self.faults.is_none() && self.faults.delay + self.faults.slow == 0
    }

    /// Decides what becomes of a call.
    fn draw(&mut self, request: &Request) -> Fate {
        if matches!(request, Request::Sleep(_)) || self.faults.is_none() {
            return Fate::Usual;
        }
        let writes = matches!(
            request,
            Request::Insert(..) | Request::Swap(..) | Request::Append(..) | Request::Finish(..)
        );
        let Faults { lost_request, lost_reply, late, twice, .. } = self.faults;
        let one = self.rng.below(100);
        if one < lost_request {
            Fate::LostRequest
        } else if one < lost_request + lost_reply {
            Fate::LostReply
        } else if writes && one < lost_request + lost_reply + late {
            Fate::Late
        } else if writes && one < lost_request + lost_reply + late + twice {
            Fate::Twice
        } else {
            Fate::Usual
        }
    }

    /// Returns how long a way takes.
    fn way(&mut self, process: usize) -> u64 {
        if self.rng.percent(self.faults.slow) {
            let time = self.rng.between(LEASE / 2, 2 * LEASE);
            // Until it is there.
            let known = &mut self.machines[process].trouble_at;
            *known = (*known).max(Some(self.now + time));
            return time;
        }
        let delay = self.faults.delay;
        self.rng.below(delay + 1)
    }

    /// Sends a call. Returns its reply if that is there at once.
    fn send(&mut self, number: usize, waker: &Waker) -> Option<Reply> {
        let Call { process, fate, .. } = self.calls[number];
        if let Request::Sleep(time) = self.calls[number].request {
            self.calls[number].waker = Some(waker.clone());
            self.after(time, Happening::Return(number));
            return None;
        }
        let (there, back) = (self.way(process), self.way(process));
        self.calls[number].back = back;
        if fate == Fate::Usual && there + back == 0 {
            let reply = self.apply_noted(number);
            match &reply {
                None => self.calls[number].waker = Some(waker.clone()),
                Some(reply) if reply.is_failure() => self.troubles(process),
                Some(_) => {}
            }
            return reply;
        }
        self.calls[number].waker = Some(waker.clone());
        if fate != Fate::Usual {
            self.troubles(process);
        }
        self.note(|| format!("p{process} sends #{number}{}", fate.told()));
        match fate {
            Fate::LostRequest => self.after(there + back, Happening::Return(number)),
            Fate::Usual | Fate::LostReply => self.after(there, Happening::Arrive(number)),
            Fate::Late => {
                self.after(there + back, Happening::Return(number));
                let late = there + back + self.rng.between(1, 2 * LEASE);
                self.after(late, Happening::Arrive(number));
            }
            Fate::Twice => {
                self.after(there, Happening::Arrive(number));
                let again = there + self.rng.between(1, 2 * LEASE);
                self.after(again, Happening::ArriveAgain(number));
            }
        }
        None
    }

    /// A call reaches the store.
    pub(crate) fn arrive(&mut self, number: usize) {
        let Some(reply) = self.apply_noted(number) else { return };
        self.settle(number, reply);
    }

    /// A call was applied.
    fn settle(&mut self, number: usize, reply: Reply) {
        let Call { process, fate, back, is_forgotten, .. } = self.calls[number];
        let is_heard = matches!(fate, Fate::Usual | Fate::Twice) && !is_forgotten;
        if is_heard && !self.calls[number].is_gone(self) {
            if reply.is_failure() {
                self.troubles(process);
            }
            self.calls[number].prepared = Some(reply);
        } else if let Reply::Begun(transaction, _) = reply {
            self.abandon(transaction);
        }
        if fate != Fate::Late {
            self.after(back, Happening::Return(number));
        }
    }

    /// A call reaches the store for the second time. Whoever sent it hears nothing of that.
    pub(crate) fn arrive_again(&mut self, number: usize) {
        // What is refused for lack of room is certainly not done, so that whatever repeats calls does not repeat it.
        if !self.calls[number].was_refused {
            self.apply_noted(number);
        }
    }

    /// The reply to a call, or its absence, reaches the process.
    pub(crate) fn arrive_back(&mut self, number: usize) -> Option<Waker> {
        let call = &mut self.calls[number];
        let is_sleep = matches!(call.request, Request::Sleep(_));
        let reply = call.prepared.take();
        if call.is_forgotten {
            if let Some(Reply::Begun(transaction, _)) = reply {
                self.abandon(transaction);
            }
            return None;
        }
        let absent =
            || if is_sleep { Reply::Done } else { Reply::Failed(StoreError::unavailable("no reply")) };
        call.reply = Some(reply.unwrap_or_else(absent));
        let waker = call.waker.take();
        let process = call.process;
        if !is_sleep {
            let failed = self.calls[number].reply.as_ref().is_some_and(Reply::is_failure);
            if failed {
                self.troubles(process);
            }
            self.note(|| format!("p{process} hears of #{number}{}", if failed { ": an error" } else { "" }));
        }
        waker
    }

    /// Returns the reply to a call, or remembers who waits for it.
    fn take_reply(&mut self, number: usize, waker: &Waker) -> Option<Reply> {
        let call = &mut self.calls[number];
        if call.reply.is_none() {
            call.waker = Some(waker.clone());
        }
        call.reply.take()
    }

    /// Nobody waits for a call any longer.
    fn forget(&mut self, number: usize) {
        let Some(call) = self.calls.get_mut(number) else { return };
        call.is_forgotten = true;
        if let Some(Reply::Begun(transaction, _)) = call.reply.take() {
            self.abandon(transaction);
        }
    }

    /// Nobody holds a transaction any longer; the database notices that in a while.
    pub(crate) fn abandon(&mut self, transaction: usize) {
        let is_slow = !self.is_calm && self.rng.percent(30);
        let longest = if is_slow { 2 * LEASE } else { self.faults.delay };
        let delay = self.rng.below(longest + 1);
        self.after(delay, Happening::Abandon(transaction));
    }

    /// Applies those calls whose turn it is since a transaction has ended.
    pub(crate) fn next_turn(&mut self) {
        if !std::mem::take(&mut self.is_turn) {
            return;
        }
        let waiting = std::mem::take(&mut self.waiting);
        for number in waiting {
            if let Some(reply) = self.apply_noted(number) {
                self.settle(number, reply);
            }
        }
    }

    fn apply_noted(&mut self, number: usize) -> Option<Reply> {
        let reply = self.apply(number);
        let is_refused = matches!(reply, Some(Reply::Failed(StoreError::Full)));
        self.calls[number].was_refused |= is_refused;
        self.witness.was_full |= is_refused;
        if self.trace.is_some() {
            let process = self.calls[number].process;
            let text = format!(
                "store: #{number} of p{process} {}",
                told(&self.calls[number].request, reply.as_ref())
            );
            self.note(|| text);
        }
        if reply.is_none() {
            self.waiting.push(number);
        }
        reply
    }
}

impl Fate {
    fn told(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::LostRequest => " (will be lost)",
            Self::LostReply => " (its reply will be lost)",
            Self::Late => " (will come late, after an error)",
            Self::Twice => " (will come twice)",
        }
    }
}

/// A call and its reply as a person reads them.
fn told(request: &Request, reply: Option<&Reply>) -> String {
    let entry = |id: RecordId, entry: &Option<Entry>| match entry {
        None => "nothing".to_owned(),
        Some(entry) => match Codec::default().decode(id, &entry.record) {
            Ok(state) => told_state(&state),
            Err(error) => error.to_string(),
        },
    };
    let found = |id: RecordId, found: &Found| {
        let state = Codec::default().decode(id, &found.record);
        let state = state.map_or_else(|error| error.to_string(), |state| told_state(&state));
        let revision = found.revision.as_number().unwrap_or_default();
        format!("{state} (revision {revision}, age {} ms)", found.age.as_millis())
    };
    let id = match request {
        Request::Find(id)
        | Request::Insert(id, _)
        | Request::Swap(id, ..)
        | Request::Load(id)
        | Request::Append(id, _)
        | Request::Begin(Some(id)) => *id,
        _ => RecordId([0; 32]),
    };
    let asked = match request {
        Request::Sleep(_) => "works".to_owned(),
        Request::Find(_) => "find or insert".to_owned(),
        Request::Insert(id, new) => format!("find or insert {}", entry(*id, &Some(new.clone()))),
        Request::Swap(id, expected, new, audit) => {
            let expected = expected.map_or("nothing".to_owned(), |revision| format!("revision {revision}"));
            let events: Vec<_> = audit.iter().map(|draft| draft.event.name()).collect();
            format!("swap {expected} for {} {events:?}", entry(*id, new))
        }
        Request::Load(_) => "load".to_owned(),
        Request::Append(_, draft) => format!("append {}", draft.event.name()),
        Request::Begin(_) => "begin".to_owned(),
        Request::Finish(transaction, new, audit) => {
            let events: Vec<_> = audit.iter().map(|draft| draft.event.name()).collect();
            let kind = new.as_ref().map(|entry| entry.kind);
            format!("commit transaction {transaction} with {kind:?} {events:?}")
        }
        Request::Rollback(transaction) => format!("roll back transaction {transaction}"),
    };
    let answered = match reply {
        None => "waits".to_owned(),
        Some(Reply::Done | Reply::Swapped(Swap::Done(_))) => "done".to_owned(),
        Some(Reply::Found(row)) if row.inserted => "inserted".to_owned(),
        Some(Reply::Found(row)) => format!("found {}", found(id, row)),
        Some(Reply::Entry(row)) => row.as_ref().map_or("nothing".to_owned(), |row| found(id, row)),
        Some(Reply::Swapped(Swap::Conflict)) => "conflict".to_owned(),
        Some(Reply::Begun(transaction, row)) => {
            let row = row.as_ref().map_or("nothing".to_owned(), |row| found(id, row));
            format!("transaction {transaction}, {row}")
        }
        Some(Reply::Finished(finish)) => match finish {
            Finish::Committed => "committed".to_owned(),
            Finish::Conflict => "conflict".to_owned(),
            Finish::RolledBack(error) => format!("rolled back: {error}"),
        },
        Some(Reply::Failed(error)) => error.to_string(),
    };
    format!("{asked}: {answered}")
}

fn told_state(state: &State) -> String {
    match state {
        State::Absent => "nothing".to_owned(),
        State::Claimed { steps, unknown, .. } => {
            format!("a claim{}{}", told_steps(steps.len()), if *unknown { " to recover" } else { "" })
        }
        State::Checkpoint { steps, .. } => format!("a checkpoint{}", told_steps(steps.len())),
        State::Indeterminate { .. } => "an unknown outcome".to_owned(),
        State::Completed { outcome, .. } => match outcome {
            StoredOutcome::Response(response) => {
                format!("{} {}", response.status.as_u16(), String::from_utf8_lossy(&response.body))
            }
            outcome => outcome.status().to_string(),
        },
    }
}

fn told_steps(steps: usize) -> String {
    if steps == 0 { String::new() } else { format!(" with {steps} steps") }
}
