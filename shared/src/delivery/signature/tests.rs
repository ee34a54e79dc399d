//! Signatures against published test vectors, and their rotation.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use super::*;
use crate::model::{Clock, SystemClock, WebhookSecret};

/// The seed of the key pair `whsk_6Xb/…`, with which Svix tests its asymmetric signatures.
const SVIX_SEED: &str = "6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=";
/// Carbon's `signing_key` and body, as their library publishes them.
const CARBON_KEY: [u8; 16] =
    [0xaa, 0x76, 0xae, 0xe8, 0x59, 0xf2, 0x23, 0x45, 0x1f, 0xd9, 0xbf, 0xb3, 0x7c, 0xe8, 0x93, 0xa0];
const CARBON_BODY: &str = r#"{"payload": "{\"webhook_type\": \"FILES_CREATED\", \"obj\": {\"object_type\": \"FILE_LIST\", \"object_id\": [\"46654\"], \"additional_information\": \"null\"}, \"customer_id\": \"satvik\", \"timestamp\": \"1721392406\"}"}"#;

fn seconds(seconds: u64) -> Timestamp {
    // Milliseconds are cut off, not rounded.
    Timestamp(seconds * 1000 + 999)
}

fn shared(secret: &str) -> SigningKeys {
    SigningKeys::imported(&WebhookSecret::new(secret)).unwrap()
}

fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    headers[name].to_str().unwrap().to_owned()
}

/// The specification's own example, and the tests of its libraries for Python and Rust.
#[test]
fn the_standards_published_signatures_are_ours() {
    for (secret, id, at, body, signature) in [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            r#"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ] {
        let (keys, id) = (shared(secret), MessageId::of(id));
        let headers = sign(&[Scheme::Standard], &[keys], &id, seconds(at), body.as_bytes());
        assert_eq!(header(&headers, &SIGNATURE), signature);
        assert_eq!(header(&headers, &ID), id.as_str());
        assert_eq!(header(&headers, &TIMESTAMP), at.to_string());
        assert_eq!(headers.len(), 3);
    }
}

/// The signature in the specification's example of a header, whose key and content Svix publishes with its tests.
#[test]
fn the_standards_published_asymmetric_signature_is_ours() {
    let seed = STANDARD.decode(SVIX_SEED).unwrap().try_into().unwrap();
    let keys = SigningKeys::of(&[0; 32], seed);
    let id = MessageId::of("msg_p5jXN8AQM9LWM0D4loKWxJek");
    let body = br#"{"test": 2432232314}"#;
    let headers =
        sign(&[Scheme::StandardAsymmetric], std::slice::from_ref(&keys), &id, seconds(1_614_265_330), body);
    let expected =
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
    assert_eq!(header(&headers, &SIGNATURE), expected);
    assert_eq!(keys.public_key(), "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
}

/// Carbon's `webhook-library` publishes both headers of one body, which has blanks.
#[test]
fn carbons_published_signatures_are_ours() {
    let keys = SigningKeys::of(&CARBON_KEY, [0; 32]);
    let schemes = [Scheme::Carbon, Scheme::CarbonCompact];
    let headers =
        sign(&schemes, &[keys], &MessageId::of("1"), seconds(1_721_392_406), CARBON_BODY.as_bytes());
    assert_eq!(
        header(&headers, &CARBON),
        "t=1721392406,v1=aa2273ab64bb9162e7e7983a9cd7ab9f90d686691b1fd25c577991ad42c53fc1"
    );
    assert_eq!(
        header(&headers, &CARBON_COMPACT),
        "t=1721392406,v2=42a86d4083fee090b5a0800a91e82fb389f0bed4da757d07ee8ba97485194e59"
    );
}

/// The expected digest was made by OpenSSL.
#[test]
fn paragons_signature_is_keyed_by_the_text_of_the_secret() {
    let keys = shared("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let headers = sign(&[Scheme::Paragon], &[keys], &MessageId::of("1"), seconds(1), b"{\"eventId\":\"1\"}");
    assert_eq!(
        header(&headers, &PARAGON),
        "v1=117a983c84daa7e246dbc1457fdba057e2d48c1645d2e0dddbd3b2275103dbd8"
    );
}

#[test]
fn in_a_rotation_every_valid_key_signs_where_there_is_room_and_else_the_newest() {
    let (new, old) = (SigningKeys::random(), SigningKeys::random());
    let schemes = [
        Scheme::StandardAsymmetric,
        Scheme::Standard,
        Scheme::Paragon,
        Scheme::Carbon,
        Scheme::CarbonCompact,
    ];
    let id = MessageId::of("a:1");
    let by = |keys: &[SigningKeys]| sign(&schemes, keys, &id, seconds(5), b"{}");
    let both = by(&[new.clone(), old.clone()]);
    let (by_new, by_old) = (by(std::slice::from_ref(&new)), by(std::slice::from_ref(&old)));
    let parts =
        |headers: &HeaderMap| header(headers, &SIGNATURE).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (new_parts, old_parts) = (parts(&by_new), parts(&by_old));
    let expected = [&new_parts[0], &old_parts[0], &new_parts[1], &old_parts[1]];
    assert_eq!(parts(&both).iter().collect::<Vec<_>>(), expected, "each of both keys, the newest first");
    for name in [&PARAGON, &CARBON, &CARBON_COMPACT] {
        assert_eq!(both[name], by_new[name], "{name}");
        assert_ne!(both[name], by_old[name], "{name}");
    }
    for (keys, signature) in [(&new, &parts(&both)[2]), (&old, &parts(&both)[3])] {
        let public = STANDARD.decode(&keys.public_key()["whpk_".len()..]).unwrap();
        let signature = STANDARD.decode(&signature["v1a,".len()..]).unwrap();
        UnparsedPublicKey::new(&ED25519, public).verify(b"a:1.5.{}", &signature).unwrap();
    }
}

#[test]
fn the_standards_library_verifies_ours_with_either_key_of_a_rotation() {
    let (new, old) = (SigningKeys::random(), SigningKeys::random());
    let schemes = [Scheme::StandardAsymmetric, Scheme::Standard];
    let keys = [new.clone(), old.clone()];
    let headers = sign(&schemes, &keys, &MessageId::of("a:1"), SystemClock.now(), b"{\"a\":1}");
    let verify = |keys: &SigningKeys, body: &[u8]| {
        standardwebhooks::Webhook::new(keys.secret().expose()).unwrap().verify(body, &headers)
    };
    assert!(verify(&new, b"{\"a\":1}").is_ok() && verify(&old, b"{\"a\":1}").is_ok());
    assert!(verify(&SigningKeys::random(), b"{\"a\":1}").is_err() && verify(&new, b"{\"a\":2}").is_err());
}

#[test]
fn a_scheme_named_twice_signs_once_and_without_keys_nothing_is_signed() {
    let (keys, id) = (SigningKeys::random(), MessageId::of("a:1"));
    let twice =
        sign(&[Scheme::Standard, Scheme::Standard], std::slice::from_ref(&keys), &id, seconds(5), b"{}");
    assert_eq!(twice, sign(&[Scheme::Standard], &[keys], &id, seconds(5), b"{}"));
    assert_eq!(sign(&[Scheme::Standard, Scheme::Paragon], &[], &id, seconds(5), b"{}").len(), 2);
}

#[test]
fn schemes_have_the_names_of_the_api() {
    let names = serde_json::to_value([
        Scheme::Standard,
        Scheme::StandardAsymmetric,
        Scheme::Paragon,
        Scheme::Carbon,
        Scheme::CarbonCompact,
    ]);
    let expected =
        serde_json::json!(["standard", "standard_asymmetric", "paragon", "carbon", "carbon_compact"]);
    assert_eq!(names.unwrap(), expected);
}
