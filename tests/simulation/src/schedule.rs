//! What is going to happen, as far as that is drawn before it begins.

use crate::api::{LEASE, Policy, TTL};
use crate::network::Faults;
use crate::records::Isolation;
use crate::rng::Rng;
use crate::world::{Happening, PROCESSES, World};

/// A request that is going to be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub(crate) key: usize,
    pub(crate) value: i64,
    pub(crate) version: usize,
    pub(crate) process: usize,
}

/// Draws the policy of a schedule, before there is a world.
pub(crate) fn policy(rng: &mut Rng) -> Policy {
    rng.pick(&Policy::ALL)
}

fn faults(rng: &mut Rng) -> Faults {
    let isolation = rng.pick(&[Isolation::Waits, Isolation::Fails, Isolation::Conflicts]);
    let some = |rng: &mut Rng| if rng.percent(35) { rng.pick(&[5, 15, 30]) } else { 0 };
    if rng.percent(15) {
        return Faults { isolation, ..Faults::NONE };
    }
    Faults {
        delay: rng.pick(&[0, 1, 30, 400, 6_000]),
        slow: if rng.percent(15) { rng.pick(&[5, 20]) } else { 0 },
        lost_request: some(rng),
        lost_reply: some(rng),
        late: some(rng).min(20),
        twice: some(rng).min(20),
        isolation,
    }
}

impl World {
    /// Draws a schedule.
    pub(crate) fn plan(&mut self) -> Vec<Planned> {
        let rng = &mut self.rng;
        self.faults = faults(rng);
        let requests = rng.between(3, 8);
        let (keys, processes) = (rng.pick(&[1, 1, 1, 2]), rng.between(1, PROCESSES as u64));
        let (other_values, other_versions) = (rng.pick(&[0, 0, 0, 30]), rng.pick(&[0, 0, 40]));
        let hang_ups = rng.pick(&[0, 0, 40]);
        let gaps: &[u64] = rng.pick::<&[u64]>(&[
            &[0, 0, 0, 1, 10],
            &[0, 1, 50, 500, 3_000],
            &[0, 100, 2_000, 20_000, LEASE - 1, LEASE, LEASE + 1],
            &[LEASE - 500, LEASE, LEASE + 1, LEASE + 10_000, 2 * LEASE],
            &[0, 1_000, LEASE, TTL - 1, TTL, TTL + 5_000],
        ]);
        let (mut time, mut planned) = (0, Vec::new());
        for number in 0..usize::try_from(requests).unwrap_or(0) {
            let rng = &mut self.rng;
            time += rng.pick(gaps);
            planned.push(Planned {
                key: usize::try_from(rng.below(keys)).unwrap_or(0),
                value: if rng.percent(other_values) { 700 } else { 500 },
                version: if rng.percent(other_versions) {
                    usize::try_from(rng.below(3)).unwrap_or(0)
                } else {
                    2
                },
                process: usize::try_from(rng.below(processes)).unwrap_or(0),
            });
            self.at(time, Happening::Send(number));
            if self.rng.percent(hang_ups) {
                let after = self.rng.pick(&[0, 1, 30, 500, 10_000]);
                self.at(time + after, Happening::HangUp(number));
            }
        }
        self.plan_trouble(time + LEASE);
        planned
    }

    /// Draws what happens to processes and to the store.
    fn plan_trouble(&mut self, until: u64) {
        let moment = |rng: &mut Rng| if rng.percent(50) { rng.below(2_000) } else { rng.below(until) };
        let deaths = self.rng.pick(&[0, 0, 1, 1, 2]);
        for _ in 0..deaths {
            let (time, process) = (moment(&mut self.rng), self.process());
            self.at(time, Happening::Die(process));
        }
        if self.rng.percent(25) {
            let (time, process) = (moment(&mut self.rng), self.process());
            let pause = self.rng.pick(&[100, 10_000, LEASE, LEASE + 1, 2 * LEASE + 5_000]);
            self.at(time, Happening::Stop(process));
            self.at(time + pause, Happening::Resume(process));
        }
        if self.rng.percent(12) {
            let time = moment(&mut self.rng);
            let how = self.rng.pick(&[Happening::Full, Happening::DiskFull]);
            let end = time + self.rng.pick(&[100, 3_000, LEASE, LEASE + 20_000]);
            self.at(time, how);
            self.at(end, Happening::Room);
        }
    }

    fn process(&mut self) -> usize {
        usize::try_from(self.rng.below(PROCESSES as u64)).unwrap_or(0)
    }
}
