//! Lambda's Runtime API.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use serde_json::Value;

use crate::{Head, line::serve_noting, serve};

const PATIENCE: Duration = Duration::from_secs(20);

/// The Runtime API for one process.
#[derive(Debug)]
pub struct Lambda {
    pub(crate) url: String,
    sent: Receiver<Sent>,
    arrived: Arc<Arrived>,
}

/// Bytes of chunked bodies received so far, including bodies that have not ended.
#[derive(Debug, Default)]
struct Arrived {
    bytes: Mutex<Vec<u8>>,
    more: Condvar,
}

/// Request of the process.
#[derive(Debug)]
pub enum Sent {
    /// Poll for an event.
    Poll,
    /// Any other request, usually a response: head and body.
    Message(Head, Vec<u8>),
}

impl Lambda {
    /// Starts the API. Answers the first poll with `event`, if there is one, and leaves all others waiting.
    #[must_use]
    pub fn with(event: Option<&Value>) -> Self {
        let waiting = Mutex::new(event.map(invocation));
        let (sender, sent) = channel();
        let arrived = Arc::new(Arrived::default());
        let noted = arrived.clone();
        let url = serve_noting(
            move |chunk| noted.add(chunk),
            move |head, body| {
                let is_poll = head.request_line().starts_with("get ");
                let told = if is_poll { Sent::Poll } else { Sent::Message(head.clone(), body.to_vec()) };
                // The receiver is gone if the test has ended.
                sender.send(told).ok();
                if is_poll { waiting.lock().unwrap().take() } else { Some(accepted()) }
            },
        );
        Self { url, sent, arrived }
    }

    /// Returns an address that responds once the process has sent this text as part of a response.
    #[must_use]
    pub fn gate_behind(&self, text: &'static str) -> String {
        let arrived = self.arrived.clone();
        serve(move |_, _| arrived.reaches(text).then(accepted))
    }

    /// Waits for the next request, for a limited time.
    #[must_use]
    pub fn next(&self) -> Option<Sent> {
        self.sent.recv_timeout(PATIENCE).ok()
    }

    /// Returns the requests received so far.
    pub fn told(&self) -> impl Iterator<Item = Sent> {
        self.sent.try_iter()
    }
}

impl Arrived {
    fn add(&self, chunk: &[u8]) {
        self.bytes.lock().unwrap().extend_from_slice(chunk);
        self.more.notify_all();
    }

    /// Waits until the text has arrived. Returns false if it does not arrive in time.
    fn reaches(&self, text: &str) -> bool {
        let missing =
            |bytes: &mut Vec<u8>| !bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let bytes = self.bytes.lock().unwrap();
        !self.more.wait_timeout_while(bytes, PATIENCE, missing).unwrap().1.timed_out()
    }
}

fn invocation(event: &Value) -> String {
    let body = event.to_string();
    format!(
        "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: request\r\nlambda-runtime-deadline-ms: 4102444800000\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:1:function:f\r\n\
         lambda-runtime-trace-id: Root=1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn accepted() -> String {
    "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n".to_owned()
}
