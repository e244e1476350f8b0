//! What every call allocates. Up to a kibibyte an allocator has it at hand; beyond that one of glibc's kind tidies up
//! first, which costs more than the rest of a call.

use super::attempt::{Attempt, Starting, Turn};
use super::*;
use crate::idempotency::FingerprintForm;
use crate::idempotency::execution::Execution;

const SMALL: usize = 1024;

fn attempt(guard: &Guard) -> Attempt {
    let (mut parts, _) = request("k", "").into_parts();
    let rules = guard.rules(&POLICY);
    let form = FingerprintForm::DEFAULT.into();
    Attempt {
        id: RecordId([1; 32]),
        asked: Asked::of(&Hashing::default(), form, &rules.operation, &mut parts, &Bytes::new()),
        restate: None,
        version: None,
        may_run: true,
        old: false,
        recovery: None,
        subject: None,
        rules,
    }
}

fn execute(_: Request, _: Begin) -> BoxFuture<'static, Answer> {
    Box::pin(ready(Answer::Returned(Response::default())))
}

#[tokio::test]
async fn what_is_boxed_at_every_call_is_small() {
    let guard = guard(MemoryStore::new());
    let rules = guard.rules(&POLICY);
    let caller = Caller { scope: b"", version: None, may_run: true, restate: None, counted: None };
    let whole = guard.run(&rules, &caller, request("k", ""), execute);
    assert!(size_of_val(&*whole) <= SMALL, "{}", size_of_val(&*whole));

    let answering = guard.answer(&rules, attempt(&guard), request("k", ""), Box::new(execute));
    assert!(size_of_val(&*answering) <= SMALL, "{}", size_of_val(&*answering));

    let Attempt { id, asked, .. } = attempt(&guard);
    let Turn::Run(Starting { permit, entered, token, .. }) = guard.turn(&attempt(&guard)).await else {
        panic!("it does not run");
    };
    let (store, rules) = (Arc::clone(&guard.store), Arc::clone(&rules));
    let execution =
        Execution { store, rules, id, token, asked, version: None, subject: None, entered, permit }
            .run(execute(request("k", ""), Begin::Fresh));
    assert!(size_of_val(&execution) <= SMALL, "{}", size_of_val(&execution));
}
