/// Appends a form of a JSON number that is the same for all numbers of one value, whatever its digits: a double would
/// take `9007199254740993` for `9007199254740992`.
///
/// An exponent of more than 18 digits stays as it is written.
pub(super) fn write_value(number: &[u8], out: &mut Vec<u8>) {
    let (is_negative, unsigned) = match number.strip_prefix(b"-") {
        Some(unsigned) => (true, unsigned),
        None => (false, number),
    };
    let mut parts = unsigned.splitn(2, |byte| matches!(byte, b'e' | b'E'));
    let mantissa = parts.next().unwrap_or_default();
    let Some(exponent) = parts.next().map_or(Some(0), exponent) else {
        return out.extend_from_slice(number);
    };
    let start = out.len();
    if is_negative {
        out.push(b'-');
    }
    let digits = out.len();
    let mut point = 0_i64;
    let mut is_fraction = false;
    for &byte in mantissa {
        if byte == b'.' {
            is_fraction = true;
            continue;
        }
        point -= i64::from(is_fraction);
        if byte != b'0' || out.len() > digits {
            out.push(byte);
        }
    }
    if out.len() == digits {
        // Minus zero is zero.
        out.truncate(start);
        return out.push(b'0');
    }
    while out.last() == Some(&b'0') {
        out.pop();
        point += 1;
    }
    out.push(b'e');
    out.extend_from_slice((exponent + point).to_string().as_bytes());
}

/// `None` if it is too large for every purpose.
fn exponent(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    let zeros = digits.iter().take_while(|&&byte| byte == b'0').count();
    let significant = &digits[zeros..];
    if significant.len() > 18 {
        return None;
    }
    let size = significant.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    Some(if text.starts_with(b"-") { -size } else { size })
}

#[cfg(test)]
mod tests {
    fn value(number: &str) -> String {
        let mut out = Vec::new();
        super::write_value(number.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_value_has_one_form() {
        for (form, numbers) in [
            ("1e0", &["1", "1.0", "1e0", "10e-1", "0.1e1", "1E+0", "1.000", "100e-002"][..]),
            ("-125e-1", &["-12.5", "-12.50", "-1.25e1", "-0.125E2"]),
            ("0", &["0", "-0", "0.0", "-0.00e5", "0e999999999999999999999"]),
            ("1e400", &["1e400", "10e399", "1e+00000000000000000000400"]),
            ("9007199254740993e0", &["9007199254740993", "9007199254740993.0"]),
        ] {
            for number in numbers {
                let expected = if number.len() > 20 && form == "0" { number } else { form };
                assert_eq!(value(number), expected, "{number}");
            }
        }
    }

    #[test]
    fn values_that_differ_have_different_forms() {
        let numbers = [
            "1",
            "-1",
            "10",
            "0.1",
            "0",
            "12",
            "1.2",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1e401",
        ];
        for (i, one) in numbers.iter().enumerate() {
            for other in &numbers[i + 1..] {
                assert_ne!(value(one), value(other), "{one} and {other}");
            }
        }
    }
}
