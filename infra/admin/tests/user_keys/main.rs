//! Public keys that a project may register for its user tokens (T23).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod samples;

use admin::user_keys::UserKeyPair;
use contracts::public_keys::{P384, RSA_1024, SECP256K1, X25519};
use shared::model::{KeyAlgorithm, UserKey};

use self::samples::{
    CERTIFICATE, DSA, ED448, ED25519, P256, P521, RSA_512, RSA_2047, RSA_2048, RSA_2048_PKCS1, RSA_PSS,
};

const ALGORITHMS: [KeyAlgorithm; 3] = [KeyAlgorithm::Rs256, KeyAlgorithm::Es256, KeyAlgorithm::EdDsa];

/// Returns the error for a text that is to be registered, or an empty string if it is accepted.
fn said(algorithm: KeyAlgorithm, text: &str) -> String {
    let key = UserKey { id: "1".to_owned(), algorithm, public_key: text.to_owned() };
    key.check().err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn keys_of_the_kind_and_length_of_their_algorithm_are_taken() {
    use KeyAlgorithm::{EdDsa, Es256, Rs256};
    let with_blanks = format!("\r\n{}\n\n", RSA_2048.replace('\n', "\r\n"));
    for (algorithm, text) in
        [(Rs256, RSA_2048), (Rs256, RSA_2048_PKCS1), (Rs256, &with_blanks), (Es256, P256), (EdDsa, ED25519)]
    {
        assert_eq!(said(algorithm, text), "", "{algorithm:?} {text}");
    }
}

#[test]
fn keys_of_another_kind_or_length_are_refused_by_name() {
    for (text, named) in [
        (RSA_512, "RSA key of 512 bits"),
        (RSA_1024, "RSA key of 1024 bits"),
        (RSA_2047, "RSA key of 2047 bits"),
        (RSA_PSS, "RSA-PSS"),
        (P384, "P-384"),
        (P521, "P-521"),
        (SECP256K1, "secp256k1"),
        (ED448, "Ed448"),
        (X25519, "X25519"),
        (DSA, "DSA"),
    ] {
        for algorithm in ALGORITHMS {
            let said = said(algorithm, text);
            assert!(said.contains(named), "{algorithm:?}: {said:?} does not name {named}");
        }
    }
    assert!(said(KeyAlgorithm::Rs256, P256).contains("P-256"));
    assert!(said(KeyAlgorithm::Es256, ED25519).contains("Ed25519"));
    assert!(said(KeyAlgorithm::EdDsa, RSA_2048).contains("2048"));
}

#[test]
fn a_pair_whose_halves_do_not_belong_together_is_found_by_its_own_signature() {
    for algorithm in ALGORITHMS {
        let pair = || UserKeyPair::generate("1", algorithm).unwrap();
        pair().check().unwrap();
        let mixed = UserKeyPair { private_key: pair().private_key, ..pair() };
        let said = mixed.check().unwrap_err().to_string();
        assert!(said.contains("does not check its own signature"), "{algorithm:?}: {said}");
    }
}

#[test]
fn private_keys_of_any_form_are_refused_and_not_repeated() {
    for algorithm in ALGORITHMS {
        let pair = UserKeyPair::generate("1", algorithm).unwrap();
        let body = pair.private_key.lines().nth(1).unwrap().to_owned();
        let labelled = |label: &str| pair.private_key.replace("PRIVATE KEY", label);
        for text in [
            pair.private_key.clone(),
            labelled("RSA PRIVATE KEY"),
            labelled("EC PRIVATE KEY"),
            labelled("ENCRYPTED PRIVATE KEY"),
            labelled("OPENSSH PRIVATE KEY"),
            labelled("private key"),
            format!("{}{}", pair.key.public_key, pair.private_key),
            format!("PuTTY-User-Key-File-3: ssh-ed25519\n{body}"),
            format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"{body}\",\"x\":\"x\"}}"),
            format!("{{\"keys\":[{{\"kty\":\"RSA\",\"n\":\"x\",\"e\":\"AQAB\",\"d\":\"{body}\"}}]}}"),
        ] {
            let said = said(algorithm, &text);
            assert!(said.contains("private key") && !said.contains(&body), "{text:.60}: {said}");
        }
    }
}

#[test]
fn what_is_no_single_public_key_is_refused_with_what_it_is() {
    let cut = &RSA_2048[..200];
    let off_curve = P256.replacen("AE", "AF", 1);
    for (text, named) in [
        (CERTIFICATE, "certificate"),
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"x\",\"y\":\"y\"}", "JWK"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me", "OpenSSH"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ", "OpenSSH"),
        ("", "no single key"),
        ("\n", "no single key"),
        ("hello", "no single key"),
        (cut, "no single key"),
        (&format!("{P256}{P256}"), "no single key"),
        ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "no single key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no single key"),
    ] {
        for algorithm in ALGORITHMS {
            let said = said(algorithm, text);
            assert!(said.contains(named), "{algorithm:?} {text:.60}: {said:?}");
        }
    }
    assert_ne!(said(KeyAlgorithm::Es256, &off_curve), "", "a point that is on no curve");
}
