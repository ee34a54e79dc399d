use std::{
    io,
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::net::TcpListener;

use super::*;
use crate::egress::Lookup;

/// An answer of the stand-in: a status, headers and a body.
type Answer = (u16, Vec<(&'static str, String)>, &'static str);

/// Gives its answers one after the other, and records the requests.
#[derive(Default)]
struct StandIn {
    answers: Mutex<Vec<Answer>>,
    asked: Mutex<Vec<Request>>,
}

#[async_trait::async_trait]
impl Transport for StandIn {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(request);
        let (status, headers, body) = self.answers.lock().unwrap().remove(0);
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Ok(response.body(body).unwrap().into())
    }
}

fn web(answers: Vec<Answer>) -> (Arc<StandIn>, Web) {
    let stand_in = Arc::new(StandIn { answers: Mutex::new(answers), asked: Mutex::default() });
    (stand_in.clone(), Web::over(stand_in))
}

fn redirect(to: &str) -> Answer {
    (302, vec![("location", to.to_owned())], "")
}

fn url() -> PublicUrl {
    PublicUrl::parse("https://example.com/a/file").unwrap()
}

async fn text_of(download: Download) -> String {
    let mut text = String::new();
    let mut stream = Box::pin(download.into_stream());
    while let Some(piece) = stream.next().await {
        text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
    }
    text
}

async fn refusal(answers: Vec<Answer>) -> FetchError {
    web(answers).1.download(&url()).await.err().unwrap()
}

#[tokio::test]
async fn redirects_are_followed_one_by_one() {
    let whole = (200, vec![("etag", "\"v1\"".to_owned()), ("content-length", "5".to_owned())], "bytes");
    let (stand_in, web) = web(vec![redirect("/b"), redirect("https://cdn.example.com/c"), whole]);
    let download = web.download(&url()).await.unwrap();
    assert_eq!((download.size, download.version.as_deref()), (Some(5), Some("\"v1\"")));
    assert_eq!(text_of(download).await, "bytes");
    let asked = stand_in.asked.lock().unwrap();
    let urls: Vec<&str> = asked.iter().map(|request| request.url().as_str()).collect();
    assert_eq!(urls, ["https://example.com/a/file", "https://example.com/b", "https://cdn.example.com/c"]);
    assert!(asked.iter().all(|request| !request.headers().contains_key("authorization")));
}

#[tokio::test]
async fn a_redirect_to_what_is_not_public_is_not_followed() {
    for (location, reason) in [
        ("http://example.com/", NotPublic::NotHttps),
        ("https://169.254.169.254/latest/meta-data/", NotPublic::PrivateHost),
        ("https://2852039166/", NotPublic::PrivateHost),
        ("https://localhost/", NotPublic::PrivateHost),
        ("//[::1]/", NotPublic::PrivateHost),
        ("https://user:password@example.com/", NotPublic::Credentials),
    ] {
        assert_eq!(refusal(vec![redirect(location)]).await, FetchError::NotAllowed(reason), "{location}");
    }
    assert_eq!(refusal((0..9).map(|_| redirect("/again")).collect()).await, FetchError::TooManyRedirects);
}

#[tokio::test]
async fn only_a_whole_answer_begins_a_download() {
    for status in [201, 204, 206, 304, 403, 404, 500] {
        let expected = FetchError::Refused(StatusCode::from_u16(status).unwrap());
        assert_eq!(refusal(vec![(status, Vec::new(), "")]).await, expected, "{status}");
    }
}

#[tokio::test]
async fn a_weak_tag_names_no_version() {
    let weak = (200, vec![("etag", "W/\"v1\"".to_owned())], "bytes");
    assert_eq!(web(vec![weak]).1.download(&url()).await.unwrap().version, None);
}

#[tokio::test]
async fn a_download_goes_on_only_with_the_same_content_from_the_same_byte() {
    let part = |range: &str, tag: &str| {
        (206, vec![("content-range", range.to_owned()), ("etag", tag.to_owned())], "tes")
    };
    let (stand_in, same) = web(vec![part("bytes 2-4/5", "\"v1\"")]);
    let download = same.resume(&url(), "\"v1\"", 2).await.unwrap();
    assert_eq!((download.size, text_of(download).await.as_str()), (Some(5), "tes"));
    {
        let asked = stand_in.asked.lock().unwrap();
        assert_eq!(
            (&asked[0].headers()["range"], &asked[0].headers()["if-range"]),
            (&"bytes=2-".parse().unwrap(), &"\"v1\"".parse().unwrap())
        );
    }
    for answer in [
        part("bytes 2-4/5", "\"v2\""),
        part("bytes 0-4/5", "\"v1\""),
        part("2-4", "\"v1\""),
        (206, Vec::new(), "tes"),
        (200, vec![("etag", "\"v1\"".to_owned())], "bytes"),
        (416, Vec::new(), ""),
    ] {
        let refused = web(vec![answer.clone()]).1.resume(&url(), "\"v1\"", 2).await.err();
        assert_eq!(refused, Some(FetchError::NotResumable), "{answer:?}");
    }
}

/// Resolves every name to this machine.
struct Here(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl Lookup for Here {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))])
    }
}

#[tokio::test]
async fn nothing_connects_to_a_name_that_leads_to_a_private_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let looked_up = Arc::new(AtomicUsize::new(0));
    let client = GuardedClient::new(PublicResolver::new(Here(looked_up.clone()))).unwrap();
    let url = PublicUrl::parse(&format!("https://files.example.com:{port}/")).unwrap();
    let refused = Web::over(Arc::new(client)).download(&url).await.err().unwrap();
    assert!(
        matches!(&refused, FetchError::Unreachable(why) if why.contains("no public address")),
        "{refused}"
    );
    assert_eq!(looked_up.load(Ordering::SeqCst), 1);
    let accepted = tokio::select! {
        biased;
        accepted = listener.accept() => Some(accepted),
        () = std::future::ready(()) => None,
    };
    assert!(accepted.is_none(), "a connection was opened");
}
