//! Every order in which requests, answers that get lost, deaths of processes, operators and time can follow each
//! other, up to a bound: in each of them the promises of `promises.rs` must hold.
//!
//! The search is breadth-first, so that what it reports is a shortest way to a broken promise. Times are compared
//! only with each other; worlds that differ by nothing else than how late it is count as one.

mod mutants;
mod promises;
mod world;

use super::{Event, OnLost, State, Transition, step};
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use world::{Move, World};

/// What is explored: the engine, or one that is wrong on purpose.
type Step = fn(&State, Event, u64) -> Transition;

/// Who asks, and what may go wrong.
#[derive(Debug, Clone)]
struct Case {
    /// One request each: what it asks for, and what its endpoint does with the lost.
    requests: Vec<(u8, OnLost)>,
    /// How many steps an execution has.
    steps: usize,
    /// Whether an event that was not answered may still arrive at any later time, instead of at once or never.
    late: bool,
    /// Whether an expired key is refused for a while.
    remember: bool,
    /// How often an operator settles the operation.
    settlements: u8,
}

impl Case {
    fn of(requests: &[(u8, OnLost)]) -> Self {
        Self { requests: requests.to_vec(), steps: 0, late: false, remember: false, settlements: 1 }
    }
}

/// A promise that does not hold, and how to see it.
struct Broken {
    promise: &'static str,
    way: Vec<Move>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, but not after", self.promise)?;
        self.way.iter().try_for_each(|one| writeln!(f, "  {one:?}"))
    }
}

/// Looks at every world that `case` can come to; says how many there are.
fn explore(case: &Case, step: Step) -> Result<usize, Broken> {
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
                Broken { promise, way }
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

/// Every pair of policies that asks for the same, and those that ask for different things.
fn pairs() -> impl Iterator<Item = Case> {
    let same = POLICIES
        .iter()
        .enumerate()
        .flat_map(|(number, one)| POLICIES[number..].iter().map(|two| Case::of(&[(7, *one), (7, *two)])));
    same.chain(POLICIES.map(|all| Case::of(&[(7, all), (8, all)])))
}

#[test]
fn two_requests_with_late_events_keep_every_promise() {
    let same = POLICIES.map(|all| Case::of(&[(7, all), (7, all)]));
    let others = [Case::of(&[(7, OnLost::Reexecute), (8, OnLost::Hold)])];
    let late = same.into_iter().chain(others).map(|case| Case { late: true, ..case });
    assert_kept("two requests, late", &late.collect::<Vec<_>>());
}

#[test]
fn two_requests_with_steps_whose_keys_are_remembered_keep_every_promise() {
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
#[ignore = "minutes: millions of worlds"]
fn everything_at_once_keeps_every_promise() {
    let two = pairs().map(|case| Case { steps: 1, late: true, ..case });
    let three = POLICIES
        .into_iter()
        .flat_map(|all| [7, 8].map(|other| Case::of(&[(7, all), (7, all), (other, all)])))
        .chain([Case::of(&POLICIES.map(|on_lost| (7, on_lost)))]);
    let cases: Vec<Case> = two.chain(three).collect();
    assert_kept("everything", &cases);
}
