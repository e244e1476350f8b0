use crate::diag::endpoint_messages as messages;
use syn::LitStr;

/// Checks a path in axum's syntax: `/`, segments, `{name}` for one segment, `{*name}` for the rest.
pub(crate) fn check(literal: &LitStr) -> syn::Result<()> {
    let path = literal.value();
    let Some(rest) = path.strip_prefix('/') else {
        return Err(messages::path_without_slash(literal));
    };
    if let Some(bad) = path.chars().find(|c| !c.is_ascii_graphic() || "?#\\\"<>^`|".contains(*c)) {
        return Err(messages::path_character(literal, bad));
    }
    let mut names: Vec<&str> = Vec::new();
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        if segment.starts_with(':') || segment.starts_with('*') {
            return Err(messages::path_old_parameter(literal, segment));
        }
        let mut tail = segment;
        while let Some(open) = tail.find(['{', '}']) {
            // Doubled braces stand for themselves.
            if tail[open..].starts_with("{{") || tail[open..].starts_with("}}") {
                tail = &tail[open + 2..];
                continue;
            }
            let parameter = tail[open..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let Some((name, after)) = parameter else {
                return Err(messages::path_unbalanced(literal));
            };
            let (bare, wildcard) = name.strip_prefix('*').map_or((name, false), |bare| (bare, true));
            if bare.is_empty() || bare.contains(['{', '*']) {
                return Err(messages::path_parameter_name(literal, name));
            }
            if wildcard && segments.peek().is_some() {
                return Err(messages::path_wildcard_inside(literal, name));
            }
            if names.contains(&bare) {
                return Err(messages::path_parameter_twice(literal, bare));
            }
            // The router matches whole segments, or what follows a prefix.
            if !after.is_empty() {
                return Err(messages::path_after_parameter(literal, name, after));
            }
            names.push(bare);
            tail = after;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    #[test]
    fn axum_paths_are_told_from_others() {
        for good in ["/", "/a", "/a/", "/a/{id}", "/a/{id}/b/{*rest}", "/a/b{id}", "/v1/{{literal}}"] {
            assert!(check(&LitStr::new(good, Span::call_site())).is_ok(), "{good}");
        }
        for bad in [
            "", "a", "/a b", "/a?b", "/a/:id", "/a/*rest", "/a/{id", "/a/id}", "/a/{}", "/{*a}/b", "/{a}/{a}",
        ] {
            assert!(check(&LitStr::new(bad, Span::call_site())).is_err(), "{bad}");
        }
    }
}
