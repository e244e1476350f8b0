//! The ways to serve clients that are more and more versions behind, side by side.

use super::versioned_line::{DISTANCES, changes};
use std::fmt::Write as _;

#[derive(Clone, Copy)]
pub(super) enum Way {
    /// `#[versioned]`.
    Declared,
    /// A struct for each shape and `From` between them.
    Structs,
    /// The whole body as a `Value`, edited change by change.
    Values,
}

impl Way {
    pub(super) const ALL: [Self; 3] = [Self::Declared, Self::Structs, Self::Values];

    const fn name(self) -> &'static str {
        match self {
            Self::Declared => "`#[versioned]`",
            Self::Structs => "`From` structs",
            Self::Values => "`Value` editing",
        }
    }
}

/// The name of a row.
pub(super) fn row(way: Way, versions: u32) -> String {
    format!("{}, versions: {versions}", way.name())
}

/// The rows of all distances as a table of their own, with ratios; nothing if the rows are others.
pub(super) fn markdown(medians: &[(String, f64)]) -> Option<String> {
    let of = |way, versions| {
        let name = row(way, versions);
        medians.iter().find(|(row, _)| *row == name).map(|(_, nanoseconds)| *nanoseconds)
    };
    let mut table = "| versions behind | changes |".to_owned();
    for way in Way::ALL {
        let _ = write!(table, " {}, ns |", way.name());
    }
    table.push_str(" of structs | of editing | of one version |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    let nearest = of(Way::Declared, DISTANCES[0])?;
    for versions in DISTANCES {
        let (declared, structs, values) =
            (of(Way::Declared, versions)?, of(Way::Structs, versions)?, of(Way::Values, versions)?);
        let _ = writeln!(
            table,
            "| {versions} | {} | {declared:.0} | {structs:.0} | {values:.0} | {:.2} | 1/{:.1} | {:.2} |",
            changes(versions),
            declared / structs,
            values / declared,
            declared / nearest,
        );
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_distance_is_a_line() {
        let medians: Vec<_> = DISTANCES
            .iter()
            .flat_map(|versions| {
                let time = f64::from(*versions);
                [(Way::Declared, time), (Way::Structs, time * 2.0), (Way::Values, time * 4.0)]
                    .map(|(way, time)| (row(way, *versions), time))
            })
            .collect();
        let table = markdown(&medians).unwrap();
        assert_eq!(table.lines().count(), 2 + DISTANCES.len());
        assert!(table.ends_with("| 100 | 5 | 100 | 200 | 400 | 0.50 | 1/4.0 | 100.00 |\n"), "{table}");
        assert!(markdown(&medians[1..]).is_none());
    }
}
