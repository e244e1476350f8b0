/// Returns the name of an operation without the names of the parameters in its path: `POST /orders/{}/refunds` for
/// `POST /orders/{id}/refunds`.
///
/// The name of a parameter is of no concern to clients. If it counted, a retry that arrives after a release which only
/// renames a parameter would run again.
///
/// ```
/// use steadfast_core::operation_name;
///
/// assert_eq!(operation_name("POST /orders/{id}/refunds"), "POST /orders/{}/refunds");
/// assert_eq!(operation_name("PUT /files/{*path}"), "PUT /files/{*}");
/// ```
pub fn operation_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        name.push_str(before);
        // `{{` is a brace of the path itself.
        if let Some(after) = after.strip_prefix("{{") {
            name.push_str("{{");
            rest = after;
        } else if let Some(close) = after.find('}') {
            name.push_str(if after.starts_with("{*") { "{*}" } else { "{}" });
            rest = &after[close + 1..];
        } else {
            name.push('{');
            rest = &after[1..];
        }
    }
    name.push_str(rest);
    name
}

#[cfg(test)]
mod tests {
    use super::operation_name;

    #[test]
    fn only_the_names_of_parameters_are_left_out() {
        for (text, name) in [
            ("POST /orders", "POST /orders"),
            ("POST /orders/{id}/refunds/{refund}", "POST /orders/{}/refunds/{}"),
            ("POST /files/{*path}", "POST /files/{*}"),
            ("POST /{a}.{b}", "POST /{}.{}"),
            ("POST /{{a}}/{b}", "POST /{{a}}/{}"),
            ("POST /orders/{}", "POST /orders/{}"),
            ("POST /files/{*}", "POST /files/{*}"),
            ("a { b", "a { b"),
            ("", ""),
        ] {
            assert_eq!(operation_name(text), name);
        }
    }
}
