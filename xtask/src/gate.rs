//! The most that generated code may cost.

struct Gate {
    row: &'static str,
    limit: f64,
}

const fn gate(row: &'static str, limit: f64) -> Gate {
    Gate { row, limit }
}

const GATES: &[Gate] = &[
    // Instructions of a call, as a share of the same call to bare axum. The counts repeat within about 1 %.
    gate("versioned-head", 0.75),
    gate("versioned-oldest", 0.80),
    gate("idempotent-first", 1.34),
    gate("idempotent-replay", 0.38),
    // A version of a type with changes, and a key: the value of the request is written once more to be hashed, and the
    // response in the newest version, for retries at other versions.
    gate("versioned-first", 1.95),
    // Neither attribute: the same code as bare axum, plus what such a count wavers by.
    gate("neutral", 1.015),
    // The cost to compile an API, as a share of the same on bare axum: CPU seconds waver by a tenth.
    gate("check-text-50", 3.8),
    gate("check-text-200", 4.7),
    gate("check-text-500", 4.6),
    gate("check-bodies-200", 2.6),
    gate("check-types-50", 2.7),
    gate("check-types-200", 2.6),
    gate("check-types-500", 2.6),
    gate("check-again-types-200", 3.1),
    gate("build-bodies-200", 1.9),
    gate("build-types-200", 2.3),
    gate("text-bodies-200", 2.05),
    gate("text-types-200", 2.75),
    // Lines of an expansion.
    gate("expansion-list_payments", 83.0),
    gate("expansion-create_charge", 182.0),
    gate("expansion-create_payment", 182.0),
    gate("expansion-create_refund", 208.0),
    gate("expansion-page", 58.0),
    gate("expansion-payment", 351.0),
    gate("expansion-status", 315.0),
];

/// Why each gate that did not hold did not. A gate that nothing was measured for does not hold.
pub(crate) fn failures(measured: &[(String, f64)]) -> Vec<String> {
    let failure = |Gate { row, limit }: &Gate| match measured.iter().find(|(name, _)| name == row) {
        None => Some(format!("`{row}` was not measured; it may be {limit:.2}")),
        Some((_, figure)) if figure > limit => Some(format!("`{row}` is {figure:.3}; it may be {limit:.2}")),
        Some(_) => None,
    };
    GATES.iter().filter_map(failure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_fails_when_it_is_exceeded_and_when_it_is_not_measured() {
        let held: Vec<_> = GATES.iter().map(|gate| (gate.row.to_owned(), gate.limit)).collect();
        assert!(failures(&held).is_empty());
        let mut exceeded = held.clone();
        exceeded[0].1 += 0.004;
        assert_eq!(failures(&exceeded), ["`versioned-head` is 0.754; it may be 0.75"]);
        assert_eq!(failures(&held[1..]), ["`versioned-head` was not measured; it may be 0.75"]);
    }
}
