//! The services' protocols: XML for AWS STS, JSON for the others.

use std::{collections::BTreeMap, io, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header::AUTHORIZATION};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::{Value, json};
use shared::model::{Clock, SystemClock};
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    Shared,
    book::{Assumed, Refused, Taken, Trouble},
};

/// Life of a session.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// An answer: status, code of an error, and body. `None` closes the connection.
type Answer = Option<(u16, &'static str, String)>;

/// Answers a call of any service.
pub(super) async fn answer(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answer = match target {
        "AmazonSQS.SendMessageBatch" => messages(&parts.headers, &body, shared),
        "AWSEvents.DescribeEventBus" => bus(&parts.headers, &body, shared),
        "AWSEvents.PutEvents" => events(&parts.headers, &body, shared),
        _ => Some(session(&body, shared)),
    };
    let Some((status, code, body)) = answer else { return Err(io::Error::other("the answer is lost")) };
    let response = Response::builder().status(status).header("x-amzn-query-error", format!("{code};Sender"));
    response.body(Full::new(body.into())).map_err(io::Error::other)
}

fn session(body: &[u8], shared: &Shared) -> (u16, &'static str, String) {
    let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    assert_eq!((field("Action"), field("DurationSeconds")), ("AssumeRole".to_owned(), "900".to_owned()));
    let asked = Assumed {
        role: field("RoleArn"),
        session: field("RoleSessionName"),
        external_id: field("ExternalId"),
    };
    match shared.book().assume(asked) {
        Ok(key) => (200, "", given(&key)),
        Err((status, code)) => {
            let error = format!(
                "<Error><Type>Sender</Type><Code>{code}</Code><Message>not authorized</Message></Error>"
            );
            (status, code, format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"))
        }
    }
}

fn given(key: &str) -> String {
    let ends_at = SystemClock.now().plus(LIFE);
    let credentials = format!(
        "<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
         <SessionToken>token</SessionToken><Expiration>{ends_at}</Expiration>"
    );
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult>\
         </AssumeRoleResponse>"
    )
}

/// Returns access key and region of a call, as it was signed.
fn signed(headers: &HeaderMap) -> (String, String) {
    let text = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scope = text.split("Credential=").nth(1).unwrap_or_default();
    let mut parts = scope.split('/').map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default())
}

fn failed((status, code): Refused) -> Answer {
    Some((status, code, json!({"__type": format!("com.amazonaws#{code}"), "message": "refused"}).to_string()))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(body: &Value) -> &[Value] {
    let entries = body["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert!((1..=10).contains(&entries.len()), "a call has one to ten entries: {body}");
    entries
}

/// Takes the entries of a call, but for those that fail. Returns what `told` makes of each; `None` if the answer is
/// lost.
fn put(
    shared: &Shared,
    (headers, place): (&HeaderMap, &str),
    entries: &[Value],
    taken: impl Fn(&Value, String) -> Taken,
    told: impl Fn(usize, Result<String, &'static str>) -> Value,
) -> Result<Option<Vec<Value>>, Refused> {
    let (key, region) = signed(headers);
    let mut book = shared.book();
    let trouble = book.begin(&key, place, entries.len())?;
    let one = |(index, entry): (usize, &Value)| match &trouble {
        Some(Trouble::Entries(failing, code)) if failing.contains(&index) => told(index, Err(code)),
        _ => {
            book.keep(place, taken(entry, region.clone()));
            told(index, Ok(Uuid::new_v4().to_string()))
        }
    };
    let answers = entries.iter().enumerate().map(one).collect();
    drop(book);
    shared.count.send_modify(|count| *count += entries.len());
    Ok((!matches!(trouble, Some(Trouble::Answer))).then_some(answers))
}

fn messages(headers: &HeaderMap, body: &[u8], shared: &Shared) -> Answer {
    let body: Value = serde_json::from_slice(body).expect("a call is JSON");
    let place = text(&body["QueueUrl"]);
    let told = |index: usize, outcome: Result<String, &'static str>| match outcome {
        Ok(id) => json!({"Id": index.to_string(), "MessageId": id, "MD5OfMessageBody": ""}),
        Err(code) => {
            json!({"Id": index.to_string(), "SenderFault": true, "Code": code, "Message": "refused"})
        }
    };
    match put(shared, (headers, &place), entries(&body), message, told) {
        Ok(answers) => {
            let (failed, taken): (Vec<Value>, Vec<Value>) =
                answers?.into_iter().partition(|answer| answer["Code"].is_string());
            Some((200, "", json!({"Successful": taken, "Failed": failed}).to_string()))
        }
        Err(refused) => failed(refused),
    }
}

fn message(entry: &Value, region: String) -> Taken {
    let attributes = entry["MessageAttributes"].as_object().into_iter().flatten();
    let attributes = attributes.map(|(name, value)| (name.clone(), text(&value["StringValue"]))).collect();
    Taken {
        body: text(&entry["MessageBody"]),
        attributes,
        group: entry["MessageGroupId"].as_str().map(str::to_owned),
        deduplication: entry["MessageDeduplicationId"].as_str().map(str::to_owned),
        region,
    }
}

fn bus(headers: &HeaderMap, body: &[u8], shared: &Shared) -> Answer {
    let body: Value = serde_json::from_slice(body).expect("a call is JSON");
    match shared.book().look_for(&signed(headers).0, &text(&body["Name"])) {
        Ok(()) => Some((200, "", json!({"Arn": body["Name"]}).to_string())),
        Err(refused) => failed(refused),
    }
}

fn events(headers: &HeaderMap, body: &[u8], shared: &Shared) -> Answer {
    let body: Value = serde_json::from_slice(body).expect("a call is JSON");
    let all = entries(&body);
    let place = text(&all[0]["EventBusName"]);
    let told = |_: usize, outcome: Result<String, &'static str>| match outcome {
        Ok(id) => json!({"EventId": id}),
        Err(code) => json!({"ErrorCode": code, "ErrorMessage": "refused"}),
    };
    match put(shared, (headers, &place), all, event, told) {
        Ok(answers) => {
            let answers = answers?;
            let count = answers.iter().filter(|answer| answer["ErrorCode"].is_string()).count();
            Some((200, "", json!({"FailedEntryCount": count, "Entries": answers}).to_string()))
        }
        Err(refused) => failed(refused),
    }
}

fn event(entry: &Value, region: String) -> Taken {
    let attribute = |name: &str, value: &Value| (name.to_owned(), text(value));
    let attributes = [
        attribute("source", &entry["Source"]),
        attribute("detail-type", &entry["DetailType"]),
        attribute("resource", &entry["Resources"][0]),
    ];
    let (group, deduplication) = (None, None);
    Taken { body: text(&entry["Detail"]), attributes: attributes.into(), group, deduplication, region }
}
