//! Permissions of roles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::template::{elements, members, properties, said, texts};

/// ARN of the table that is in use if it is not the stack's own.
const RESTORED: &str =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${RestoredTable}";
/// ARN of the parameter with the Dropbox app.
const APP_PARAMETER: &str =
    "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${AppParameter}";

/// Resources, each with the actions that are allowed on it.
pub type Allowed = BTreeMap<String, BTreeSet<String>>;

/// Returns the statements of all policies of a role.
pub fn statements(role: &str) -> impl Iterator<Item = &'static Value> {
    elements(&properties(role)["Policies"])
        .iter()
        .flat_map(|policy| elements(&policy["PolicyDocument"]["Statement"]))
}

/// Returns the only statement of a role that allows an action.
///
/// # Panics
/// If there is none, or another one.
#[must_use]
pub fn statement_with(role: &str, action: &str) -> &'static Value {
    let found: Vec<_> =
        statements(role).filter(|statement| texts(&statement["Action"]).contains(&action)).collect();
    let [statement] = found[..] else { panic!("{role} has {} statements with {action}", found.len()) };
    statement
}

/// Returns what the policies of a role allow.
///
/// # Panics
/// If one denies something.
#[must_use]
pub fn allowed(role: &str) -> Allowed {
    let mut allowed = Allowed::new();
    for statement in statements(role) {
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        for resource in elements(&statement["Resource"]) {
            let actions = texts(&statement["Action"]).into_iter().map(str::to_owned);
            allowed.entry(name(resource)).or_default().extend(actions);
        }
    }
    allowed
}

/// Returns a resource of a policy as one text; of the table, the stack's own, where a restored one is allowed as well.
fn name(resource: &Value) -> String {
    let Some([condition, restored, own]) = resource["Fn::If"].as_array().map(Vec::as_slice) else {
        let name = said(resource);
        return if name == APP_PARAMETER { "parameter AppParameter".to_owned() } else { name.to_owned() };
    };
    assert_eq!(condition, "UsesRestoredTable", "{resource}");
    let own = said(own);
    let below = own.trim_start_matches("${Table.Arn}").trim_start_matches("Table.Arn");
    assert_eq!(said(restored), format!("{RESTORED}{below}"), "{resource}");
    own.to_owned()
}

/// Returns the beginnings of partition keys to which the only condition of a statement restricts it.
///
/// # Panics
/// If its condition is another one.
#[must_use]
pub fn leading_keys(statement: &Value) -> Vec<&str> {
    let condition = members(&statement["Condition"]);
    assert_eq!(condition.keys().collect::<Vec<_>>(), ["ForAllValues:StringLike"], "{statement}");
    let keys = members(&condition["ForAllValues:StringLike"]);
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["dynamodb:LeadingKeys"], "{statement}");
    texts(&keys["dynamodb:LeadingKeys"])
}
