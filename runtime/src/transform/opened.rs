//! The schema of an open enum: what it names, and what nobody knows yet.

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
