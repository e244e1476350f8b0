use super::fault::Fault;
use super::store::{Records, State, TestStore};
use crate::{AuditDraft, AuditFilter, AuditLog, AuditRow, BoxFuture, Entry, Kind, RecordId, StoreError};
use std::time::Duration;
use steadfast_core::Clock;

impl Records {
    pub(super) fn append(&self, state: &mut State, id: RecordId, audit: Vec<AuditDraft>) {
        let most = if self.is(Fault::OneAuditEntry) { 1 } else { audit.len() };
        for mut draft in audit.into_iter().take(most) {
            match self.fault {
                Some(Fault::DetailsAreText) => {
                    draft.details = String::from_utf8_lossy(&draft.details).into_owned().into();
                }
                Some(Fault::NoZero) => draft.began_at = draft.began_at.filter(|at| *at > 0),
                _ => {}
            }
            let earlier = match self.fault {
                Some(Fault::NumbersPerRecord) => state.log.iter().filter(|row| row.record == id).count(),
                // Numbers go on where those of deleted entries ended.
                _ => state.log.last().map_or(0, |row| row.sequence.try_into().unwrap()),
            };
            let number = u64::try_from(earlier).unwrap() + 1;
            let sequence = match self.fault {
                Some(Fault::NumbersFromZero) if state.log.is_empty() => 0,
                _ => number,
            };
            let at = u64::try_from(self.clock.now().as_millis()).unwrap();
            let at = if self.is(Fault::OtherTimes) { at + 1 } else { at };
            state.log.push(AuditRow { sequence, at, record: id, draft });
        }
    }

    fn selects(&self, filter: &AuditFilter, row: &AuditRow) -> bool {
        match self.fault {
            Some(Fault::EveryOperation) => AuditFilter { operation: None, ..filter.clone() }.selects(row),
            Some(Fault::NoCursor) => AuditFilter { after: 0, ..filter.clone() }.selects(row),
            Some(Fault::UntilInclusive) => {
                AuditFilter { until: filter.until.map(|until| until.saturating_add(1)), ..filter.clone() }
                    .selects(row)
            }
            Some(Fault::OperationPattern) => {
                match filter.operation.as_deref().and_then(|of| of.strip_suffix('%')) {
                    Some(prefix) => row.draft.operation.starts_with(prefix),
                    None => filter.selects(row),
                }
            }
            Some(Fault::NumbersFromZero) => filter.after == 0 || filter.selects(row),
            _ => filter.selects(row),
        }
    }
}

impl AuditLog for TestStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        let mut state = self.records.state();
        if !self.records.is(Fault::AppendIsLost) {
            self.records.append(&mut state, id, vec![entry]);
        }
        if self.records.is(Fault::AppendWrites) {
            let empty = Entry { record: "".into(), kind: Kind::Running, keep_for: Duration::MAX };
            self.records.write(&mut state, id, empty, false);
        }
        Box::pin(async { Ok(()) })
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        let records = &self.records;
        let rows = records.state().log.clone();
        let mut rows: Vec<_> = match records.fault {
            Some(Fault::NoLimit) => rows.into_iter().filter(|row| records.selects(&filter, row)).collect(),
            Some(Fault::LimitBeforeFilter) => {
                let rows = rows.into_iter().filter(|row| row.sequence > filter.after).take(limit);
                rows.filter(|row| records.selects(&filter, row)).collect()
            }
            _ => rows.into_iter().filter(|row| records.selects(&filter, row)).take(limit).collect(),
        };
        if records.is(Fault::NewestFirst) {
            rows.reverse();
        }
        Box::pin(async { Ok(rows) })
    }
}
