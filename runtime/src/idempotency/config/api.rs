use super::effective::Defaults;
use crate::idempotency::audit::{Audit, AuditTrail};
use crate::idempotency::fingerprint::{Hashing, Secrets};
use crate::idempotency::guard::{Guard, Unprotected};
use crate::idempotency::records::Records;
use crate::idempotency::shutdown::{Drain, ExecutionLimiter};
use crate::idempotency::vault::Vault;
use crate::idempotency_policy::{Errors, InProgress, KeyFormat, OnExpired, OnLost, OnStoreDown};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use steadfast_core::{Clock, SystemClock};
#[cfg(feature = "sealed")]
use steadfast_engine::KeyRing;
use steadfast_engine::{AuditLog, Codec, Store};

/// How many executions run at once unless said otherwise.
const MAX_IN_FLIGHT: usize = 4096;

/// How an API keeps its idempotency records: in a store of type `St`.
///
/// ```
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new()).max_in_flight(1000);
/// let drain = idempotency.drain();
/// ```
///
/// What it says about keys and answers holds for every endpoint that does not say otherwise in its `#[idempotent]`:
///
/// ```
/// use std::time::Duration;
/// use steadfast::idempotency::{InProgress, KeyFormat};
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new())
///     .in_progress(InProgress::Wait(Duration::from_secs(5)))
///     .key_format(KeyFormat::Uuid);
/// ```
#[must_use]
pub struct Idempotency<St> {
    store: Arc<dyn Store>,
    executions: ExecutionLimiter,
    hashing: Hashing,
    defaults: Defaults,
    clock: Arc<dyn Clock>,
    unprotected: Unprotected,
    /// Also with what was made of this before it was said.
    audit: Arc<OnceLock<Arc<Audit>>>,
    #[cfg(feature = "sealed")]
    keys: Option<KeyRing>,
    // What the store can do is asked of its type, while compiling.
    _store: PhantomData<fn() -> St>,
}

impl<St: Store> Idempotency<St> {
    /// Keeps records in `store`, and runs at most 4096 operations at once.
    pub fn new(store: St) -> Self {
        Self {
            store: Arc::new(store),
            executions: ExecutionLimiter::new(MAX_IN_FLIGHT),
            hashing: Hashing::default(),
            defaults: Defaults::NEW,
            clock: Arc::new(SystemClock),
            unprotected: Unprotected::default(),
            audit: Arc::default(),
            #[cfg(feature = "sealed")]
            keys: None,
            _store: PhantomData,
        }
    }

    /// Runs at most `executions` operations at once. Further ones are answered 503 `overloaded` and leave no record;
    /// stored responses are replayed all the same.
    pub fn max_in_flight(mut self, executions: usize) -> Self {
        self.executions = self.executions.limited_to(executions);
        self
    }

    /// Keys what records hold of a request with a secret of at least 32 bytes. Otherwise, if records are not sealed
    /// either, whoever reads the store can try what else a request could have said, such as every number a card can have,
    /// until the fingerprint is the same.
    ///
    /// To change the secret put a new one before it. The first is for new records. The others, and no secret at all,
    /// are for the records that were made with them, and can go when the last of those has expired: a retry whose
    /// record has a secret that is missing here is answered 503. All processes that share a store need all of its
    /// secrets, so a new one comes last first, and becomes the first when everybody knows it.
    ///
    /// ```
    /// use steadfast::{Idempotency, MemoryStore};
    ///
    /// # let (current, previous) = ([1; 32], [2; 32]);
    /// let idempotency = Idempotency::new(MemoryStore::new()).fingerprint_secrets([current, previous]);
    /// ```
    ///
    /// Whoever seals records (feature `sealed`) has such secrets already, derived from the keys.
    ///
    /// # Panics
    /// If a secret has less than 32 bytes.
    #[track_caller]
    pub fn fingerprint_secrets<B: AsRef<[u8]>>(mut self, newest_first: impl IntoIterator<Item = B>) -> Self {
        self.hashing = self.hashing.with_secrets(Secrets::new(newest_first));
        self
    }

    /// Encrypts what is stored of answers, and the outputs of steps, with the keys of a ring; feature `sealed`.
    ///
    /// A stored answer is a copy of what the customer was told, such as a secret that is shown only once. Sealed, whoever
    /// reads the store or a backup of it learns neither its status nor its headers nor its body. What remains to be seen
    /// is how long a record is, whether its execution is running, held or done, when it was written, when it expires, and
    /// that two records are those of one key. The cipher is XChaCha20-Poly1305; every store can keep what it makes.
    ///
    /// Of an entry of the [audit trail](Self::audit) the request, the answer and who settled it are sealed, and whose key
    /// it was in plain. What entries are found by, and what happened, is not: the operation, the hash of whose key it was,
    /// the API version, the times, the event and its status.
    ///
    /// ```
    /// use steadfast::idempotency::KeyRing;
    /// use steadfast::{Idempotency, MemoryStore};
    ///
    /// # let (current, previous) = ([1; 32], [2; 32]);
    /// let keys = KeyRing::new("2026-11", &current).older("2026-05", &previous);
    /// let idempotency = Idempotency::new(MemoryStore::new()).sealed(keys);
    /// ```
    ///
    /// An answer opens only in the record it was sealed for, for the request that it answered, and a step only in its
    /// place. What was moved or changed, what was sealed with a key that the ring lacks, and what is not sealed at all is
    /// never replayed and never taken for nothing: retries hear 503 `record-unreadable`, run nothing, whatever
    /// [`on_store_down`](Self::on_store_down) says, and logs (feature `tracing`) and
    /// [`RecordsError`](crate::idempotency::RecordsError) tell operators why and which key is missing.
    /// It does not keep whoever can write to the store from deleting a record, or from putting back what stood in it
    /// before.
    ///
    /// # Fingerprints
    ///
    /// A hash of a body gives it away if there is little to guess. So fingerprints are keyed with secrets that are derived
    /// from the ring, each from one key, unless [`fingerprint_secrets`](Self::fingerprint_secrets) gives others: those are
    /// for new records then, and the ring's for the records that were made with them. The two rotate apart.
    ///
    /// # Deployments
    ///
    /// While two releases work side by side each must be able to open what the other one seals. To switch sealing on,
    ///
    /// 1. deploy the ring with [`writes_plain`](KeyRing::writes_plain): everybody can open, and nobody seals;
    /// 2. deploy it with [`reads_plain`](KeyRing::reads_plain): new records are sealed;
    /// 3. when the last plain record is gone, deploy it without either. That is after the longest `ttl`, the time of
    ///    `on_expired = refuse(..)` included, and for operations that were lost after 30 days.
    ///
    /// To replace a key,
    ///
    /// 1. deploy the new one as the last of the ring: everybody can open what it seals;
    /// 2. deploy it as the first: it seals;
    /// 3. when the last record of the old one is gone, which takes as long, deploy the ring without it.
    ///
    /// Entries of the audit trail are gone only if the store [lets them go](crate::MemoryStore::keep_audit_for). Whoever
    /// reads older ones needs their keys, or `reads_plain`, in the ring that the trail is read with; that can be another
    /// one than the service has.
    ///
    /// To switch sealing off go back to `reads_plain`, then `writes_plain`, and take the ring away when the last sealed
    /// record is gone. With a step left out, or without the feature, retries that meet a record of the other release hear
    /// 503 until the deployment is over.
    ///
    /// # Panics
    /// If [`records`](Self::records) or [`audit_trail`](Self::audit_trail) was called before: that handle has no keys.
    #[cfg(feature = "sealed")]
    #[track_caller]
    pub fn sealed(mut self, keys: KeyRing) -> Self {
        assert!(
            Arc::strong_count(&self.store) == 1,
            "`sealed` comes after `records` or `audit_trail`: the handle that was given out has no keys\n  help: call \
             `sealed` first"
        );
        self.keys = Some(keys);
        self
    }

    /// A handle to wait for the executions that outlive their clients.
    pub fn drain(&self) -> Drain {
        Drain::of(&self.executions)
    }

    /// What a request hears whose twin is still running. 409 unless said otherwise.
    pub fn in_progress(mut self, answer: InProgress) -> Self {
        self.defaults.options.in_progress = Some(answer);
        self
    }

    /// Which answers are kept for retries.
    pub fn errors(mut self, errors: Errors) -> Self {
        self.defaults.options.errors = Some(errors);
        self
    }

    /// What becomes of executions that were lost. [`OnLost::Recover`] is for endpoints to say: it names who recovers.
    ///
    /// # Panics
    /// With [`OnLost::Recover`].
    pub fn on_lost(mut self, on_lost: OnLost) -> Self {
        assert!(
            on_lost != OnLost::Recover,
            "`on_lost = recover(..)` is said by an endpoint, which names who recovers"
        );
        self.defaults.options.on_lost = Some(on_lost);
        self
    }

    /// What becomes of a key whose outcome is no longer kept.
    pub fn on_expired(mut self, on_expired: OnExpired) -> Self {
        self.defaults.options.on_expired = Some(on_expired);
        self
    }

    /// What becomes of a request while the store cannot be reached. 503 unless said otherwise. An endpoint with a
    /// [`Tx`](crate::Tx) needs the store in any case.
    pub fn on_store_down(mut self, on_store_down: OnStoreDown) -> Self {
        self.defaults.options.on_store_down = Some(on_store_down);
        self
    }

    /// Whether a request must have a key; yes unless said otherwise. Without one it runs without protection.
    pub fn key_required(mut self, required: bool) -> Self {
        self.defaults.options.key_required = Some(required);
        self
    }

    /// What a key must look like.
    ///
    /// # Panics
    /// When the API is made, if a [`KeyFormat::Pattern`] is no regular expression.
    pub fn key_format(mut self, format: KeyFormat) -> Self {
        self.defaults.options.key_format = Some(format);
        self
    }

    /// The header that carries the key, `Idempotency-Key` unless said otherwise.
    ///
    /// # Panics
    /// When the API is made, if it is not the name of a header.
    pub fn header(mut self, name: &'static str) -> Self {
        self.defaults.options.header = Some(name);
        self
    }

    /// The header that marks a replay, `Idempotency-Replayed` unless said otherwise; or none.
    ///
    /// # Panics
    /// When the API is made, if it is not the name of a header.
    pub fn replay_header(mut self, name: Option<&'static str>) -> Self {
        self.defaults.options.replay_header = Some(name.unwrap_or_default());
        self
    }

    /// Whether answers that are no replay say so: `Idempotency-Replayed: false`.
    pub fn replay_header_on_fresh(mut self, on_fresh: bool) -> Self {
        self.defaults.options.replay_header_on_fresh = Some(on_fresh);
        self
    }

    /// Whether answers carry the key of their request; yes unless said otherwise.
    pub fn echo_key(mut self, echo: bool) -> Self {
        self.defaults.options.echo_key = Some(echo);
        self
    }

    /// Whether replays say until when they are kept: `Idempotency-Key-Expires`, an HTTP date.
    pub fn tell_expiry(mut self, tell: bool) -> Self {
        self.defaults.options.tell_expiry = Some(tell);
        self
    }

    /// The largest body of an answer that is kept, in bytes; 1 MiB unless said otherwise. Of a larger one is kept that
    /// there was one: retries do not run again, and hear 410 `response-unavailable`.
    pub fn largest_response(mut self, bytes: u64) -> Self {
        self.defaults.largest_body = bytes;
        self
    }

    /// The clock that decides whether a key is too old, and that tells the times that responses and audit entries show.
    /// How long records count is the store's to measure. Defaults to the system's clock.
    ///
    /// A handle that [`records`](Self::records) has returned before keeps the clock before.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// A handle to count the requests that ran without protection.
    pub fn unprotected(&self) -> Unprotected {
        self.unprotected.clone()
    }

    /// A handle to look up single records, and to settle those of unknown outcome.
    pub fn records(&self) -> Records {
        Records::new(self.vault(), self.hashing.clone(), Arc::clone(&self.audit))
    }

    /// A handle to read the audit trail of the store.
    pub fn audit_trail(&self) -> AuditTrail {
        AuditTrail::new(self.vault(), self.hashing.clone())
    }

    /// Keeps an audit trail beside the records: who asked for what, when, in which version, and what came of it.
    ///
    /// The entry of an execution is committed together with its record, and if the handler takes a [`Tx`](crate::Tx),
    /// with its writes: no answer is ever recorded without its entry, and none twice. If the entry cannot be written,
    /// nor is the record. Entries stay when records expire; the library never changes one, and deletes none unless the
    /// store is told [for how long](crate::MemoryStore::keep_audit_for) they are kept.
    ///
    /// What a trail keeps is said by [`Audit`]; it is read through an [`AuditTrail`]. Requests that run
    /// [without protection](Self::unprotected) have no record and no entry. An execution whose process died has one
    /// when a retry finds it. Replays write nothing, unless they are to be in the trail.
    ///
    /// ```
    /// use steadfast::idempotency::Audit;
    /// use steadfast::{Idempotency, MemoryStore};
    ///
    /// let idempotency = Idempotency::new(MemoryStore::new()).audit(Audit::new());
    /// let trail = idempotency.audit_trail();
    /// ```
    ///
    /// # Panics
    /// If it is said twice, or the store does not give its trail in [`Store::audit_log`].
    #[track_caller]
    pub fn audit(self, audit: Audit) -> Self
    where
        St: AuditLog,
    {
        assert!(
            self.store.audit_log().is_some(),
            "the idempotency store implements `AuditLog` and does not return itself\nhelp: write `fn audit_log(&self) -> \
             Option<&dyn AuditLog> {{ Some(self) }}` in its `Store`"
        );
        assert!(
            self.audit.set(Arc::new(audit)).is_ok(),
            "it is said twice what the audit trail keeps\nhelp: write one `.audit(..)`"
        );
        self
    }

    /// Replaces SHA-256, where instructions are counted.
    #[doc(hidden)]
    pub fn hash_with(mut self, stub: fn(&[&[u8]]) -> [u8; 32]) -> Self {
        self.hashing = self.hashing.with_stub(stub);
        self
    }

    pub(crate) fn into_guard(self) -> Arc<Guard> {
        let vault = self.vault();
        #[cfg(feature = "sealed")]
        let hashing = self.keys.iter().fold(self.hashing, Hashing::keyed_by);
        #[cfg(not(feature = "sealed"))]
        let hashing = self.hashing;
        let defaults = Defaults { audit: self.audit.get().cloned(), ..self.defaults };
        Arc::new(Guard::new(vault, self.executions, hashing, defaults, self.unprotected))
    }

    /// Returns the store with its codec, which encrypts if there are keys.
    fn vault(&self) -> Vault {
        #[cfg(feature = "sealed")]
        let codec = self.keys.clone().map(Codec::sealed).unwrap_or_default();
        #[cfg(not(feature = "sealed"))]
        let codec = Codec::default();
        Vault { store: Arc::clone(&self.store), codec, clock: Arc::clone(&self.clock) }
    }
}

impl<St: Store> From<St> for Idempotency<St> {
    fn from(store: St) -> Self {
        Self::new(store)
    }
}

impl<St> fmt::Debug for Idempotency<St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").field("executions", &self.executions).finish_non_exhaustive()
    }
}
