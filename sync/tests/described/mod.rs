//! Answers against the description of the interface: whatever is described as always there is there and is what it is
//! said to be, and nothing is there of which the description says nothing. Where it leaves something to another document it
//! says so with `additionalProperties`.

use kava_sync::http::description::TEXT;
use serde_json::Value;

/// Fails where an answer is not as it is described. What is no question of the interface, such as a page, is not looked at.
pub(crate) fn check((method, path): (&str, &str), status: u16, body: &Value) {
    let api: Value = serde_json::from_str(TEXT).expect("it is JSON");
    let Some(operation) = operation(&api, method, path) else { return };
    let answer = resolved(&api, &operation["responses"][status.to_string()]);
    assert!(answer.is_object(), "{method} {path}: {status} is not described");
    let schema = &answer["content"]["application/json"]["schema"];
    assert_eq!(wrong(&api, (schema, body), ""), None, "{method} {path}, {status}: {body}");
}

/// What is described of a path, in which parts may stand for any word.
fn operation<'a>(api: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let path = path.split('?').next().unwrap_or_default();
    let is_it = |template: &str| {
        let (parts, words): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let fits = |(part, word): (&&str, &&str)| part == word || part.starts_with('{');
        parts.len() == words.len() && parts.iter().zip(&words).all(fits)
    };
    let (_, operations) = api["paths"].as_object()?.iter().find(|(template, _)| is_it(template))?;
    operations.get(method.to_lowercase())
}

fn resolved<'a>(api: &'a Value, value: &'a Value) -> &'a Value {
    let path = value.get("$ref").and_then(Value::as_str);
    path.map_or(value, |path| {
        resolved(api, api.pointer(path.trim_start_matches('#')).unwrap_or(&Value::Null))
    })
}

/// The first place at which a value is not as it is described.
pub(crate) fn wrong(api: &Value, (schema, value): (&Value, &Value), at: &str) -> Option<String> {
    let schema = resolved(api, schema);
    if let Some(ways) = schema["anyOf"].as_array() {
        let all = ways.iter().map(|way| wrong(api, (way, value), at));
        return all.reduce(|one, other| one.and(other)).flatten();
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => vec![kind.as_str()?],
    };
    if !kinds.contains(&kind_of(value)) {
        return Some(format!("{at} is {value} and no {kinds:?}"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Some(format!("{at} is {value}, which is none of its words"));
    }
    match value {
        Value::Array(all) => {
            all.iter().find_map(|one| wrong(api, (&schema["items"], one), &format!("{at}[]")))
        }
        Value::Object(_) => wrong_field(api, (schema, value), at),
        _ => None,
    }
}

fn wrong_field(api: &Value, (schema, value): (&Value, &Value), at: &str) -> Option<String> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(name) = required.into_iter().find(|name| value.get(*name).is_none()) {
        return Some(format!("{at}.{name} is described and not there"));
    }
    let described = schema["properties"].as_object()?;
    value.as_object()?.iter().find_map(|(name, field)| match described.get(name) {
        Some(schema) => wrong(api, (schema, field), &format!("{at}.{name}")),
        None if schema["additionalProperties"] == Value::Bool(true) => None,
        None => Some(format!("{at}.{name} is there and not described")),
    })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
