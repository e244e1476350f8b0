//! Down and up again is where it began, as far as a shape can tell.

use super::payment::{Money, Payment, Priority, Status};
use super::{read, show};
use proptest::prelude::*;

fn payments() -> impl Strategy<Value = Payment> {
    let status = prop_oneof![Just(Status::Succeeded), Just(Status::Pending), Just(Status::RequiresAction)];
    let priority = prop_oneof![Just(Priority::Normal), Just(Priority::High)];
    let metadata = proptest::collection::btree_map(".{0,6}", ".{0,6}", 0..3);
    (".{0,8}", any::<i64>(), ".{0,4}", ".{0,8}", status, priority, metadata).prop_map(
        |(id, value, currency, customer_id, status, priority, metadata)| Payment {
            id,
            amount: Money { value, currency },
            customer_id,
            status,
            priority,
            created_at: "2026-11-21T09:00:00Z".to_owned(),
            metadata,
        },
    )
}

proptest! {
    #[test]
    fn head_to_old_to_head(payment in payments()) {
        let lossless = Payment { status: Status::Succeeded, priority: Priority::Normal, ..payment.clone() };
        for version in ["2024-01-15", "2024-12-18"] {
            prop_assert_eq!(read::<Payment>(version, &show(version, &lossless)).unwrap(), lossless.clone());
        }
        prop_assert_eq!(read::<Payment>("2025-09-30", &show("2025-09-30", &payment)).unwrap(), payment);
    }

    #[test]
    fn old_to_head_to_old(payment in payments(), version in prop_oneof![Just("2024-01-15"), Just("2024-12-18"), Just("2025-09-30")]) {
        let old = show(version, &payment);
        let head: Payment = read(version, &old).unwrap();
        prop_assert_eq!(show(version, &head), old);
    }
}
