//! What generated code may cost, in instructions of a call, as a share of the same call to bare axum.

/// The variant that the others are shares of.
pub(crate) const BASELINE: &str = "plain";

pub(crate) struct Gate {
    pub(crate) variant: &'static str,
    pub(crate) limit: f64,
}

/// Instruction counts repeat within about 1 %.
pub(crate) const GATES: &[Gate] = &[
    Gate { variant: "versioned-head", limit: 0.75 },
    Gate { variant: "versioned-oldest", limit: 0.80 },
    Gate { variant: "idempotent-first", limit: 1.32 },
    Gate { variant: "idempotent-replay", limit: 0.37 },
    // A version of a type with changes, and a key: the value of the request is written once more to be hashed, and the
    // response in the newest version, for retries at other versions.
    Gate { variant: "versioned-first", limit: 1.92 },
    // Neither attribute: the same code as bare axum, plus what such a count wavers by.
    Gate { variant: "neutral", limit: 1.015 },
];

/// Why each gate that did not hold did not. A gate that nothing was measured for does not hold.
pub(crate) fn failures(ratios: &[(String, f64)]) -> Vec<String> {
    let failure = |Gate { variant, limit }: &Gate| match ratios.iter().find(|(name, _)| name == variant) {
        None => Some(format!("`{variant}` was not measured; it may cost {limit:.2} of {BASELINE}")),
        Some((_, ratio)) if ratio > limit => {
            Some(format!("`{variant}` costs {ratio:.3} of {BASELINE}; it may cost {limit:.2}"))
        }
        Some(_) => None,
    };
    GATES.iter().filter_map(failure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_fails_when_it_is_exceeded_and_when_it_is_not_measured() {
        let held: Vec<_> = GATES.iter().map(|gate| (gate.variant.to_owned(), gate.limit)).collect();
        assert!(failures(&held).is_empty());
        let mut exceeded = held.clone();
        exceeded[0].1 += 0.004;
        assert_eq!(failures(&exceeded), ["`versioned-head` costs 0.754 of plain; it may cost 0.75"]);
        assert_eq!(failures(&held[1..]), ["`versioned-head` was not measured; it may cost 0.75 of plain"]);
    }
}
