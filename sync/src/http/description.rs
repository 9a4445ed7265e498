//! The description of everything that may be asked, as OpenAPI 3.1, and a page to read it. The page is made here, without
//! scripts and without anything from elsewhere.

use axum::{
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::fmt::Write as _;

/// The description. `sync/tests/description.rs` holds it against the routes.
pub const TEXT: &str = include_str!("api.json");

/// What the page may do: show itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<title>Kava's office: what may be asked</title><style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}\
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f4f1ec;padding:1rem;overflow:auto}h3 b{display:inline-block;min-width:4.5rem}\
td{padding:0 1rem 0 0;vertical-align:top}@media(prefers-color-scheme:dark){body{background:#1c1a18;color:#eee}a{color:#9cf}pre{background:#2a2724}}</style>";

/// The description itself.
pub(super) async fn json() -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], TEXT).into_response()
}

/// The page.
pub(super) async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, written()).into_response()
}

fn written() -> String {
    let api: Value = serde_json::from_str(TEXT).unwrap_or_default();
    let mut page = String::from(HEAD);
    let title = escaped(text(&api, "/info/title"));
    let summary = escaped(text(&api, "/info/description"));
    add(
        &mut page,
        format_args!("<h1>{title}</h1><p>{summary}</p><p>As <a href=\"openapi.json\">OpenAPI 3.1</a>.</p>"),
    );
    for tag in list(&api, "/tags") {
        let name = text(tag, "/name");
        let what = escaped(text(tag, "/description"));
        add(&mut page, format_args!("<h2 id=\"{name}\">{name}</h2><p>{what}</p>"));
        for (path, operations) in fields(&api, "/paths") {
            for (method, operation) in fields(operations, "") {
                if text(operation, "/tags/0") == name {
                    describe(&mut page, (method, path), operation);
                }
            }
        }
    }
    page.push_str("<h2 id=\"shapes\">Shapes</h2>");
    for (name, shape) in fields(&api, "/components/schemas") {
        let shape = escaped(&serde_json::to_string_pretty(shape).unwrap_or_default());
        add(&mut page, format_args!("<h3 id=\"{name}\">{name}</h3><pre>{shape}</pre>"));
    }
    page
}

fn describe(page: &mut String, (method, path): (&str, &str), operation: &Value) {
    let (method, path) = (method.to_uppercase(), escaped(path));
    let (summary, right) = (escaped(text(operation, "/summary")), escaped(text(operation, "/description")));
    add(page, format_args!("<h3><b>{method}</b> <code>{path}</code></h3><p>{summary}. {right}</p><table>"));
    for parameter in list(operation, "/parameters") {
        let (name, what) = (text(parameter, "/name"), escaped(text(parameter, "/description")));
        add(page, format_args!("<tr><td><code>{name}</code><td>{what}"));
    }
    add(page, format_args!("{}", shape("asks", (operation, "/requestBody/content"))));
    for (status, answer) in fields(operation, "/responses") {
        let fault = text(answer, "/$ref").rsplit('/').next().unwrap_or_default();
        let said = if fault.is_empty() {
            shape(status, (answer, "/content"))
        } else {
            format!("<tr><td>{status}<td>{fault}")
        };
        page.push_str(&said);
    }
    page.push_str("</table>");
}

/// A row with the shape of a body, if there is one.
fn shape(what: &str, (of, content): (&Value, &str)) -> String {
    let Some((kind, body)) = fields(of, content).next() else { return String::new() };
    let path = match text(body, "/schema/$ref") {
        "" => text(body, "/schema/items/$ref"),
        path => path,
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let many = if body.pointer("/schema/items").is_some() { "[]" } else { "" };
    format!("<tr><td>{what}<td><code>{kind}</code> <a href=\"#{name}\">{name}</a>{many}")
}

/// Fields of what stands at a place.
fn fields<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.pointer(at).and_then(Value::as_object).into_iter().flatten()
}

/// Parts of what stands at a place.
fn list<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(at).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, at: &str) -> &'v str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

fn add(page: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing into a text does not fail.
    page.write_fmt(part).unwrap_or_default();
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
