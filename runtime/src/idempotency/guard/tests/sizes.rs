//! What every call allocates. Up to a kibibyte an allocator has it at hand; beyond that one of glibc's kind tidies up
//! first, which costs more than the rest of a call.

use super::super::acquire::Acquire;
use super::super::admission::{Admitted, Start};
use super::*;
use crate::idempotency::execution::{Commit, Execution, Terms};
use crate::idempotency::tx::TxSlot;
use crate::idempotency::tx_commit::TxCommit;
use crate::idempotency_policy::FingerprintForm;
use steadfast_engine::FencingToken;

const SMALL: usize = 1024;

fn idempotent(guard: &Guard) -> IdempotentRequest {
    let (mut parts, _) = request("k", "").into_parts();
    let rules = guard.rules(&POLICY);
    let rule = BodyRule::new(FingerprintForm::DEFAULT);
    let endpoint =
        Endpoint { operation: &rules.operation, rule, comparison: None, version: None, head: None };
    let fingerprint = RequestFingerprint::new(&Hashing::default(), endpoint, &mut parts, &Bytes::new());
    IdempotentRequest {
        id: id_of("k"),
        fingerprint: Arc::new(fingerprint),
        version: None,
        may_run: true,
        is_stale: false,
        recovery: None,
        audit: None,
        rules,
    }
}

fn operation() -> Box<dyn Operation> {
    Box::new(Closure(|_| async { returned("done") }))
}

#[tokio::test]
async fn future_that_every_call_allocates_is_small() {
    let guard = guard(MemoryStore::new());
    let rules = guard.rules(&POLICY);
    let whole = guard.run(&rules, &CALLER, request("k", ""), operation());
    let responding = guard.respond(idempotent(&guard), request("k", ""), operation());
    let permit = guard.executions.enter().unwrap();
    let token = FencingToken::generate().unwrap();
    let acquire = Acquire::new(&guard.vault, &idempotent(&guard), token, &permit);
    let Admission::Run(Admitted { permit, entered, start }) = guard.admit(&idempotent(&guard)).await else {
        panic!("it does not run");
    };
    let Start::Claim { claim, .. } = start else { panic!("no claim") };
    let terms = || Terms {
        vault: guard.vault.clone(),
        rules: Arc::clone(&rules),
        version: None,
        audit: None,
        value_hasher: idempotent(&guard).fingerprint.value_hasher(),
        unread_value: None,
    };
    let commit = Commit::Claim(claim);
    let execution = Execution { terms: terms(), commit, entered: Some(entered), permit }
        .run(operation().run(request("k", "")));
    let slot = TxSlot::new(guard.vault.clone(), None);
    let (commit, permit) = (Commit::Tx(TxCommit { slot, record: None }), guard.executions.enter().unwrap());
    let in_tx =
        Execution { terms: terms(), commit, entered: None, permit }.run(operation().run(request("k", "")));
    for (name, size) in [
        ("run", size_of_val(&*whole)),
        ("respond", size_of_val(&*responding)),
        ("acquire", acquire.size()),
        ("execution", size_of_val(&execution)),
        ("execution in a transaction", size_of_val(&in_tx)),
    ] {
        assert!(size <= SMALL, "{name}: {size} bytes");
    }
}
