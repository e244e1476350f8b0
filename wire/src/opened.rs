//! What schemas say that no derive knows: that an open enum takes what nobody knows yet, and what replays lack.

use serde_json::{Map, Value, json};

/// What says something about a schema, and not about values.
const ANNOTATIONS: [&str; 9] =
    ["$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

/// Lets the schema of an enum accept names that it does not have, as the enum does: in `tag`, or a string where names
/// are all there is. Those in `taken` are of variants that hold something, which a bare name does not make valid.
pub fn opened(schema: &mut Map<String, Value>, tag: Option<&str>, taken: &[&str]) {
    let (annotations, rules): (Map<_, _>, Map<_, _>) = std::mem::take(schema)
        .into_iter()
        .partition(|(key, _)| ANNOTATIONS.contains(&&**key) || key.starts_with("x-"));
    let mut unknown = json!({ "type": "string" });
    if !taken.is_empty() {
        unknown["not"] = json!({ "enum": taken });
    }
    if let Some(tag) = tag {
        unknown = json!({ "type": "object", "properties": { tag: unknown }, "required": [tag] });
    }
    *schema = annotations;
    schema.insert("anyOf".to_owned(), json!([rules, unknown]));
}

/// How the schema of a member says that replays are without it.
const SENSITIVE: &str = "x-sensitive";

/// Lets an answer lack the members that are not kept for replays.
pub fn absent_in_replays(schema: &mut Map<String, Value>) {
    let is_sensitive = |member: Option<&Value>| {
        member.is_some_and(|member| member.get(SENSITIVE) == Some(&Value::Bool(true)))
    };
    let properties = schema.get("properties").cloned().unwrap_or_default();
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !is_sensitive(name.as_str().and_then(|name| properties.get(name))));
        if required.is_empty() {
            schema.remove("required");
        }
    }
    // Variants are schemas within the schema.
    schema.values_mut().for_each(absent_within);
}

fn absent_within(value: &mut Value) {
    match value {
        Value::Object(schema) => absent_in_replays(schema),
        Value::Array(schemas) => schemas.iter_mut().for_each(absent_within),
        _ => {}
    }
}

/// Says of a member that replays are without it.
pub fn mark_sensitive(schema: &mut Map<String, Value>, member: &str) {
    if let Some(Value::Object(member)) = schema.get_mut("properties").and_then(|all| all.get_mut(member)) {
        member.insert(SENSITIVE.to_owned(), Value::Bool(true));
    }
}

/// Whether a schema says of anything in it that replays are without it.
pub fn shows_sensitive(schema: &Value) -> bool {
    match schema {
        Value::Object(schema) => {
            schema.get(SENSITIVE) == Some(&Value::Bool(true)) || schema.values().any(shows_sensitive)
        }
        Value::Array(schemas) => schemas.iter().any(shows_sensitive),
        _ => false,
    }
}
