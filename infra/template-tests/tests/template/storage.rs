//! Resources that keep data: table, bucket and key.

use serde_json::json;
use template_tests::template::{elements, members, properties, resources};

#[test]
fn data_outlives_the_stack() {
    for name in ["Table", "Bucket", "BucketTlsOnly", "Key"] {
        // T56: what a failed first deployment has just made is empty. A protected table cannot be removed in any case.
        let expected = if name == "Table" { "Retain" } else { "RetainExceptOnCreate" };
        assert_eq!(resources()[name]["DeletionPolicy"], expected, "{name}");
        assert_eq!(resources()[name]["UpdateReplacePolicy"], "Retain", "{name}");
    }
}

#[test]
fn the_bucket_is_private_and_encrypted() {
    let bucket = properties("Bucket");
    let blocked = members(&bucket["PublicAccessBlockConfiguration"]);
    assert!(blocked.len() == 4 && blocked.values().all(|blocks| *blocks == json!(true)), "{blocked:?}");
    let [rule] = elements(&bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]) else {
        panic!("one rule says how objects are encrypted")
    };
    assert_eq!(rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
}

#[test]
fn uploads_that_were_never_finished_are_removed() {
    let rules = elements(&properties("Bucket")["LifecycleConfiguration"]["Rules"]);
    assert!(rules[0].get("AbortIncompleteMultipartUpload").is_some());
}

#[test]
fn the_bucket_is_reached_by_tls_only() {
    let [statement] = elements(&properties("BucketTlsOnly")["PolicyDocument"]["Statement"]) else {
        panic!("one statement")
    };
    assert_eq!((&statement["Effect"], &statement["Action"]), (&json!("Deny"), &json!("s3:*")));
    assert_eq!(statement["Condition"], json!({"Bool": {"aws:SecureTransport": "false"}}));
}

#[test]
fn the_key_rotates() {
    assert_eq!(properties("Key")["EnableKeyRotation"], true);
}
