//! Every order in which requests, writes, lost replies, deaths of processes, operators and time can follow each other, up
//! to a bound: in each of them the promises of `promises.rs` must hold.
//!
//! What is explored is the loop that a guard runs over a store: find a record or insert a claim, decide with `step`, swap
//! by revision, and begin again after a conflict.
//!
//! The search is breadth-first, so that what it reports is a shortest way to a broken promise. Times are compared
//! only with each other; worlds that differ by nothing else than how late it is count as one.

mod mutants;
mod process;
mod promises;
mod store;
mod world;

use super::{Event, OnLost, State, Transition, step};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::time::Duration;
use world::{Move, World};

/// The rules that are explored: the right ones, or some that are wrong on purpose.
type Step = fn(&State, Duration, Event) -> Transition;

/// Who sends requests, and what may go wrong.
#[allow(clippy::struct_excessive_bools, reason = "each is one thing that may go wrong")]
#[derive(Debug, Clone)]
struct Case {
    /// One request each: the request, and what its endpoint does with the lost.
    requests: Vec<(u8, OnLost)>,
    /// How many steps an execution has.
    steps: usize,
    /// Whether a write without a reply may still arrive at any later time, instead of at once or never.
    late: bool,
    /// Whether a write that was replied to may arrive once more at any later time, repeated by the network or by a driver.
    twice: bool,
    /// Whether others may do something between what a process reads and what it writes.
    apart: bool,
    /// Whether an expired key is rejected for a while.
    remember: bool,
    /// How often an operator settles the operation.
    settlements: u8,
    /// What the store, or the loop around it, does differently.
    deviation: Deviation,
}

/// What a store or a guard does differently than the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deviation {
    None,
    /// The store compares the revision of an entry that is forgotten and not removed yet. This is right, too.
    SwapsForgotten,
    /// The store swaps whatever revision is expected.
    SwapsBlindly,
    /// The store puts an entry where none is expected over one that is there.
    InsertsBlindly,
    /// The store begins to count revisions anew when an entry is removed.
    CountsRevisionsAnew,
    /// The guard swaps once more after a conflict, without deciding once more.
    SwapsWhatItDecidedBefore,
    /// The guard takes an error for the reply that it waited for.
    TakesErrorsForReplies,
    /// The guard takes every claim for the one that it wrote.
    TakesAnyClaimForItsOwn,
}

impl Case {
    fn of(requests: &[(u8, OnLost)]) -> Self {
        Self {
            requests: requests.to_vec(),
            steps: 0,
            late: false,
            twice: false,
            apart: false,
            remember: false,
            settlements: 1,
            deviation: Deviation::None,
        }
    }
}

/// A promise that does not hold, and how to see it.
struct Violation {
    promise: &'static str,
    way: Vec<Move>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, but not after", self.promise)?;
        self.way.iter().try_for_each(|one| writeln!(f, "  {one:?}"))
    }
}

/// Visits every world that `case` can come to, and returns how many there are.
fn explore(case: &Case, step: Step) -> Result<usize, Violation> {
    let first = World::new(case);
    let mut seen = HashSet::from([first.key()]);
    // How each world was reached, by the number of the one before it.
    let mut ways: HashMap<usize, (usize, Move)> = HashMap::new();
    let mut queue = VecDeque::from([(0, first)]);
    while let Some((number, world)) = queue.pop_front() {
        for one in world.moves(case) {
            let next = world.clone().after(case, step, one).map_err(|promise| {
                let mut way = vec![one];
                let mut at = number;
                while let Some(&(before, by)) = ways.get(&at) {
                    way.push(by);
                    at = before;
                }
                way.reverse();
                Violation { promise, way }
            })?;
            let found = seen.len();
            if seen.insert(next.key()) {
                ways.insert(found, (number, one));
                queue.push_back((found, next));
            }
        }
    }
    Ok(seen.len())
}

fn assert_kept(name: &str, cases: &[Case]) {
    let worlds: usize = cases
        .iter()
        .map(|case| explore(case, step).unwrap_or_else(|broken| panic!("{name}: {case:?}: {broken}")))
        .sum();
    println!("{name}: {worlds} worlds in {} cases", cases.len());
    // A model in which nothing can happen keeps every promise.
    assert!(worlds > 1000 * cases.len(), "{worlds}");
}

const POLICIES: [OnLost; 3] = [OnLost::Reexecute, OnLost::Hold, OnLost::Recover];

/// Duplicates under every pair of policies, and two requests that use one key for different things.
fn pairs() -> impl Iterator<Item = Case> {
    let same = POLICIES
        .iter()
        .enumerate()
        .flat_map(|(number, one)| POLICIES[number..].iter().map(|two| Case::of(&[(7, *one), (7, *two)])));
    same.chain(POLICIES.map(|all| Case::of(&[(7, all), (8, all)])))
}

#[test]
fn two_requests_with_late_writes_keep_every_promise() {
    let same = POLICIES.map(|all| Case::of(&[(7, all), (7, all)]));
    let others = [Case::of(&[(7, OnLost::Reexecute), (8, OnLost::Hold)])];
    let late = same.into_iter().chain(others).map(|case| Case { late: true, apart: true, ..case });
    assert_kept("two requests, late", &late.collect::<Vec<_>>());
}

#[test]
fn two_requests_with_repeated_writes_keep_every_promise() {
    let same = POLICIES.map(|all| Case::of(&[(7, all), (7, all)]));
    let others = [Case::of(&[(7, OnLost::Reexecute), (8, OnLost::Hold)])];
    let twice = same.into_iter().chain(others).map(|case| Case { twice: true, apart: true, ..case });
    assert_kept("two requests, repeated", &twice.collect::<Vec<_>>());
}

#[test]
fn two_requests_with_steps_and_remembered_keys_keep_every_promise() {
    let cases: Vec<Case> = pairs().map(|case| Case { steps: 1, remember: true, ..case }).collect();
    assert_kept("two requests, steps", &cases);
}

#[test]
fn three_requests_keep_every_promise() {
    let same = POLICIES.map(|all| Case::of(&[(7, all), (7, all), (7, all)]));
    let cases: Vec<Case> = same.into_iter().map(|case| Case { settlements: 0, ..case }).collect();
    assert_kept("three requests", &cases);
}

#[test]
fn store_that_swaps_forgotten_entries_keeps_every_promise() {
    let deviation = Deviation::SwapsForgotten;
    let cases = POLICIES.map(|all| Case { deviation, apart: true, ..Case::of(&[(7, all), (7, all)]) });
    assert_kept("a store that swaps forgotten entries", &cases);
}

#[test]
#[ignore = "minutes: millions of worlds"]
fn everything_at_once_keeps_every_promise() {
    let two = pairs().map(|case| Case { steps: 1, late: true, twice: true, apart: true, ..case });
    let three = POLICIES
        .into_iter()
        .flat_map(|all| [7, 8].map(|other| Case::of(&[(7, all), (7, all), (other, all)])))
        .chain([Case::of(&POLICIES.map(|on_lost| (7, on_lost)))]);
    let cases: Vec<Case> = two.chain(three).collect();
    assert_kept("everything", &cases);
}
