//! Addresses to which nothing is ever delivered, in every notation: no connection reaches the receiver.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use async_trait::async_trait;
use proptest::{prelude::*, sample::select, test_runner::TestRunner};

use super::{
    receivers::{Receiver, answering},
    *,
};
use crate::egress::{Lookup, NamedOrigin, is_public};

/// Resolves every name to these addresses.
#[derive(Clone)]
struct Names(Vec<IpAddr>);

#[async_trait]
impl Lookup for Names {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(self.0.iter().map(|address| SocketAddr::new(*address, 0)).collect())
    }
}

/// Returns a function's client, to which the receiver's port is allowed.
fn guarded(receiver: &Receiver, names: Vec<IpAddr>) -> Poster {
    let resolver = PublicResolver::new(Names(names));
    Poster::resolving(Destinations::public(&[receiver.port]), resolver, LONG, LONG).unwrap()
}

fn this_machine() -> Vec<IpAddr> {
    vec![Ipv4Addr::LOCALHOST.into()]
}

async fn receiver() -> Receiver {
    answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await
}

/// Asserts that each of these is refused as an address, and that the receiver sees nothing. `PORT` stands for its port.
async fn assert_refused(addresses: &[&str]) {
    let receiver = receiver().await;
    let poster = guarded(&receiver, this_machine());
    for address in addresses {
        let address = address.replace("PORT", &receiver.port.to_string());
        let answer = poster.post(&address, headers(), Bytes::new()).await;
        assert!(matches!(answer, Err(PostError::NotAllowed(_))), "{address}: {answer:?}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn an_ipv4_address_is_refused_in_every_notation() {
    assert_refused(&[
        "https://127.0.0.1:PORT/",
        "https://127.0.0.1.:PORT/",
        "https://2130706433:PORT/",
        "https://0x7f000001:PORT/",
        "https://0X7F.0x0.0x0.0x1:PORT/",
        "https://0177.0.0.01:PORT/",
        "https://017700000001:PORT/",
        "https://127.1:PORT/",
        "https://127.0.1:PORT/",
        "https://127.0x1:PORT/",
        "https://0:PORT/",
        "https://0.0.0.0:PORT/",
        "https://127.255.255.254:PORT/",
        "https://%31%32%37.0.0.1:PORT/",
        "https://127%2E0%2E0%2E1:PORT/",
        "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1:PORT/",
        "https://\u{2460}27.0.0.1:PORT/",
        "https://127\u{3002}0\u{ff0e}0\u{ff61}1:PORT/",
        "https://169.254.169.254:PORT/latest/meta-data/",
        "https://10.0.0.1:PORT/",
        "https:127.0.0.1:PORT/",
        "https:\\\\127.0.0.1:PORT\\",
        "https://\t127.0.0.1:PORT/",
        "https:///127.0.0.1:PORT/",
    ])
    .await;
}

#[tokio::test]
async fn an_ipv6_address_of_no_public_network_is_refused_in_every_notation() {
    assert_refused(&[
        "https://[::1]:PORT/",
        "https://[0:0:0:0:0:0:0:1]:PORT/",
        "https://[0000:0000::0001]:PORT/",
        "https://[::]:PORT/",
        "https://[::127.0.0.1]:PORT/",
        "https://[::ffff:127.0.0.1]:PORT/",
        "https://[::ffff:7f00:1]:PORT/",
        "https://[::FFFF:7F00:0001]:PORT/",
        "https://[0:0:0:0:0:ffff:7f00:1]:PORT/",
        "https://[64:ff9b::127.0.0.1]:PORT/",
        "https://[64:ff9b::7f00:1]:PORT/",
        "https://[64:ff9b:1::7f00:1]:PORT/",
        "https://[2002:7f00:1::1]:PORT/",
        "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]:PORT/",
        "https://[fe80::1]:PORT/",
        "https://[fe80::1%25eth0]:PORT/",
        "https://[::1%25lo]:PORT/",
        "https://[::1%lo]:PORT/",
        "https://[fd00:ec2::254]:PORT/",
        "https://[fec0::1]:PORT/",
        "https://[ff02::1]:PORT/",
        "https://::1:PORT/",
    ])
    .await;
}

#[tokio::test]
async fn names_of_this_machine_other_schemes_credentials_and_ports_are_refused() {
    assert_refused(&[
        "https://localhost:PORT/",
        "https://localhost.:PORT/",
        "https://LOCALHOST:PORT/",
        "https://hooks.localhost:PORT/",
        "https://\u{ff4c}ocalhost:PORT/",
        "https://intranet:PORT/",
        "https://printer.local:PORT/",
        "https://metadata.google.internal:PORT/",
        "http://hooks.example.com:PORT/",
        "ftp://hooks.example.com:PORT/",
        "file:///etc/passwd",
        "//hooks.example.com:PORT/",
        "hooks.example.com:PORT",
        "https://user@hooks.example.com:PORT/",
        "https://user:password@hooks.example.com:PORT/",
        "https://hooks.example.com:PORT@127.0.0.1:PORT/",
        "https://hooks.example.com:9001/",
        "https://hooks.example.com/",
        "https://hooks.example.com:PORT0/",
        "",
    ])
    .await;
}

/// The name is allowed until it is resolved; then nothing is connected to, whatever else it resolves to.
#[tokio::test]
async fn nothing_connects_to_a_name_that_leads_to_a_forbidden_address() {
    let receiver = receiver().await;
    let url = format!("https://hooks.example.com:{}/?token=secret", receiver.port);
    for names in [
        vec!["127.0.0.1"],
        vec!["::1"],
        vec!["::ffff:127.0.0.1"],
        vec!["169.254.169.254"],
        vec!["0.0.0.0"],
        vec!["127.0.0.1", "93.184.215.14"],
        vec!["93.184.215.14", "127.0.0.1"],
        vec!["2606:2800:21f::1", "::1"],
        vec![],
    ] {
        let addresses = names.iter().map(|name| name.parse().unwrap()).collect();
        let refused = guarded(&receiver, addresses).post(&url, headers(), Bytes::new()).await.unwrap_err();
        assert_eq!(refused, NotAllowed::from(NotPublic::PrivateHost).into(), "{names:?}");
        assert!(!refused.to_string().contains("secret"));
    }
    assert_eq!(receiver.connections(), 0);
}

/// The receiver is there: a client without the guard reaches it.
#[tokio::test]
async fn without_the_guard_the_same_receiver_is_reached() {
    let receiver = receiver().await;
    assert_eq!(post(&receiver, &local(LONG)).await.unwrap().status, StatusCode::OK);
    assert_eq!(receiver.connections(), 1);
}

/// A number in one of the notations of `inet_aton`.
fn number(value: u64) -> impl Strategy<Value = String> {
    (0..6usize, 0..3usize).prop_map(move |(form, zeros)| {
        let zeros = "0".repeat(zeros);
        match form {
            0 | 1 => value.to_string(),
            2 => format!("0x{zeros}{value:x}"),
            3 => format!("0X{zeros}{value:X}"),
            _ => format!("0{zeros}{value:o}"),
        }
    })
}

/// An IPv4 address in one to four parts, each in its own notation.
fn parts(address: Ipv4Addr) -> impl Strategy<Value = String> {
    (0..4usize).prop_flat_map(move |leading| {
        let octets = address.octets();
        let rest = octets[leading..].iter().fold(0, |rest, octet| rest << 8 | u64::from(*octet));
        let numbers = octets[..leading].iter().map(|octet| u64::from(*octet)).chain([rest]);
        numbers.map(number).collect::<Vec<_>>().prop_map(|parts| parts.join("."))
    })
}

/// Replaces some characters by other forms that are read as the same.
fn disguised(text: &str) -> impl Strategy<Value = String> + use<> {
    let forms: Vec<_> = text.chars().map(|one| select(forms(one))).collect();
    (forms, prop::bool::ANY).prop_map(|(forms, dot)| forms.concat() + if dot { "." } else { "" })
}

fn forms(one: char) -> Vec<String> {
    let plain = one.to_string();
    let mut forms = vec![plain.clone(), plain.clone(), plain, format!("%{:02x}", u32::from(one))];
    forms.extend(char::from_u32(u32::from(one) - 0x21 + 0xff01).map(String::from));
    if one == '.' {
        forms.extend(['\u{3002}', '\u{ff61}'].map(String::from));
    }
    forms
}

fn forbidden() -> impl Strategy<Value = Ipv4Addr> {
    let networks = [
        "0.0.0.0",
        "10.0.0.0",
        "100.64.0.0",
        "127.0.0.0",
        "169.254.0.0",
        "172.16.0.0",
        "192.168.0.0",
        "198.18.0.0",
        "224.0.0.0",
        "240.0.0.0",
    ];
    (select(networks.to_vec()), any::<[u8; 2]>()).prop_map(|(network, [third, fourth])| {
        let [first, second, ..] = network.parse::<Ipv4Addr>().unwrap().octets();
        Ipv4Addr::new(first, second, third, fourth)
    })
}

/// An IPv6 address that carries an IPv4 address.
fn carrying(address: Ipv4Addr) -> impl Strategy<Value = String> {
    let [a, b, c, d] = address.octets().map(u16::from);
    let (high, low) = (a << 8 | b, c << 8 | d);
    let forms: Vec<Ipv6Addr> = vec![
        address.to_ipv6_mapped(),
        address.to_ipv6_compatible(),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
    ];
    let written = |address: Ipv6Addr| {
        let groups = address.segments().map(|group| format!("{group:04X}")).join(":");
        select(vec![format!("[{address}]"), format!("[{groups}]")])
    };
    select(forms).prop_flat_map(written)
}

fn host() -> impl Strategy<Value = String> {
    forbidden().prop_flat_map(|address| {
        prop_oneof![parts(address).prop_flat_map(|text| disguised(&text)), carrying(address)]
    })
}

#[test]
fn no_notation_of_a_forbidden_address_is_connected_to() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = runtime.block_on(receiver());
    let poster = guarded(&receiver, this_machine());
    let is_refused = |host: String| {
        let url = format!("https://{host}:{}/", receiver.port);
        let answer = runtime.block_on(poster.post(&url, headers(), Bytes::new()));
        prop_assert!(matches!(answer, Err(PostError::NotAllowed(_))), "{}: {:?}", url, answer);
        Ok(())
    };
    TestRunner::default().run(&host(), is_refused).unwrap();
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn no_name_with_a_forbidden_address_among_others_is_connected_to() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let receiver = runtime.block_on(receiver());
    let url = format!("https://hooks.example.com:{}/", receiver.port);
    let public = any::<[u8; 4]>().prop_map(IpAddr::from).prop_filter("public", |one| is_public(*one));
    let names = (prop::collection::vec(public, 0..4), forbidden(), any::<prop::sample::Index>());
    let is_refused = |(mut names, forbidden, index): (Vec<IpAddr>, Ipv4Addr, prop::sample::Index)| {
        names.insert(index.index(names.len() + 1), forbidden.into());
        let answer = runtime.block_on(guarded(&receiver, names).post(&url, headers(), Bytes::new()));
        prop_assert!(matches!(answer, Err(PostError::NotAllowed(_))), "{:?}", answer);
        Ok(())
    };
    TestRunner::default().run(&names, is_refused).unwrap();
    assert_eq!(receiver.connections(), 0);
}

/// A further destination is one address and port of one scheme: nothing else of this machine can be reached beside it.
#[tokio::test]
async fn what_is_named_is_reached_and_nothing_beside_it() {
    let (named, other) = (receiver().await, receiver().await);
    let origin = NamedOrigin::parse(&format!("http://127.0.0.1:{}", named.port), None).unwrap();
    let destinations = Destinations::public(&[named.port, other.port]).and(vec![origin]);
    let resolver = PublicResolver::new(Names(this_machine()));
    let poster = Poster::resolving(destinations, resolver, LONG, LONG).unwrap();
    let answer = poster.post(&named.url("/hook"), headers(), Bytes::new()).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    for address in [
        format!("https://127.0.0.1:{}/", named.port),
        format!("http://127.0.0.2:{}/", named.port),
        format!("http://[::1]:{}/", named.port),
        format!("http://hooks.example.com:{}/", named.port),
        format!("https://hooks.example.com:{}/", named.port),
        other.url("/"),
    ] {
        let answer = poster.post(&address, headers(), Bytes::new()).await;
        assert!(matches!(answer, Err(PostError::NotAllowed(_))), "{address}: {answer:?}");
    }
    assert_eq!((named.connections(), other.connections()), (1, 0));
}
