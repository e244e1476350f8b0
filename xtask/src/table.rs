/// Figures by name; the first is what the others are compared with.
pub(crate) type Figures = Vec<(String, f64)>;

/// Each figure as a multiple of the first.
pub(crate) fn ratios(figures: &Figures) -> Figures {
    let first = figures.first().map_or(1.0, |(_, figure)| *figure);
    figures.iter().map(|(name, figure)| (name.clone(), figure / first)).collect()
}

/// A Markdown table of the figures.
pub(crate) fn markdown(title: &str, unit: &str, figures: &Figures) -> String {
    let first = figures.first().map_or("", |(name, _)| name);
    let mut lines = vec![format!("### {title}\n\n| | {unit} | x {first} |\n|---|---:|---:|")];
    for ((name, figure), (_, ratio)) in figures.iter().zip(ratios(figures)) {
        lines.push(format!("| {name} | {} | {ratio:.2} |", grouped(*figure)));
    }
    lines.join("\n") + "\n"
}

/// The number without decimals, its thousands parted.
fn grouped(figure: f64) -> String {
    let digits = format!("{:.0}", figure.abs());
    let mut grouped = String::from(if figure < 0.0 { "-" } else { "" });
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The middle of an odd number of figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_compares_with_its_first_row() {
        let figures = vec![("plain".to_owned(), 69_401.4), ("head".to_owned(), 999.0)];
        let expected = "### T\n\n| | ns | x plain |\n|---|---:|---:|\n| plain | 69,401 | 1.00 |\n| head | 999 | 0.01 |\n";
        assert_eq!(markdown("T", "ns", &figures), expected);
    }

    #[test]
    fn thousands_are_parted() {
        assert_eq!(
            ["0", "12", "-123", "1,234", "-1,234,567"],
            [0.0, 12.2, -123.0, 1234.0, -1_234_567.0].map(grouped)
        );
    }

    #[test]
    fn the_median_does_not_depend_on_the_order() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).total_cmp(&2.0), std::cmp::Ordering::Equal);
    }
}
