//! Tokens for users' pages.

use std::sync::Arc;

use serde_json::json;
use shared::{
    caller::{ISSUED_TOKEN_LIFE, IssuedTokens},
    model::{Clock, SystemClock, Timestamp},
};
use tests::World;

use super::{other_server, server};

/// Clock that is slow by the life of a token.
struct SlowClock;

impl Clock for SlowClock {
    fn now(&self) -> Timestamp {
        let life = u64::try_from(ISSUED_TOKEN_LIFE.as_millis()).unwrap();
        Timestamp(SystemClock.now().0 - life)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_whose_page_it_is_and_of_which_project() {
    let world = World::new().await;
    let answer = server(&world, "user-1").get("auth/v1/access_token").await;
    assert_eq!(answer.body["refresh_token"], "", "{}", answer.body);
    let me = server(&world, "user-1").page().await.get("whoami").await.body;
    assert_eq!(me["organization_supplied_user_id"], "user-1", "{me}");
    assert_eq!(me, {
        let mut own = server(&world, "user-1").get("whoami").await.body;
        for time in ["created_at", "updated_at"] {
            own[time] = me[time].clone();
        }
        own
    });
    let other = other_server(&world, "user-1").page().await.get("whoami").await.body;
    assert_ne!(me["id"], other["id"]);
    assert_ne!(me["organization_id"], other["organization_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_which_a_single_character_differs_is_refused() {
    let world = World::new().await;
    let key = server(&world, "user-1");
    let page = key.page().await;
    let token = page.authorization.clone().unwrap().trim_start_matches("Token ").to_owned();
    for place in 0..token.len() {
        let other = if &token[place..=place] == "A" { "B" } else { "A" };
        let altered = format!("{}{other}{}", &token[..place], &token[place + 1..]);
        let answer = key.with_token(&altered).get("auth/v1/white_labeling").await;
        assert_eq!(answer.status, 401, "{place}");
    }
    // A token cannot be used for another project.
    let (own, other) = (world.stack.projects[0].project.id, world.stack.projects[1].project.id);
    let moved = token.replace(&own.0.simple().to_string(), &other.0.simple().to_string());
    assert_eq!(key.with_token(&moved).get("whoami").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_after_ten_hours_and_outlives_a_rotation_of_the_key() {
    let world = World::new().await;
    let key = server(&world, "user-1");
    let (project, user) = (world.stack.projects[0].project.id, "user-1".parse().unwrap());
    let keyring = world.stack.machine.keyring.clone();
    let ended = IssuedTokens::new(keyring.clone(), Arc::new(SlowClock)).issue(project, &user).await.unwrap();
    let answer = key.with_token(ended.expose()).get("whoami").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "token_refused"), "{}", answer.body);
    let before = key.page().await;
    keyring.rotate(project).await.unwrap();
    let after = key.page().await;
    for page in [before, after] {
        assert_eq!(page.get("whoami").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picker_offers_the_formats_that_the_project_wants() {
    use shared::model::{Family, Formats};
    let every = World::new().await;
    let all = server(&every, "user-1").get("auth/v1/white_labeling").await.body;
    assert_eq!(all["connector_settings"], json!({}), "{all}");
    let only = Formats::Only { families: vec![Family::Audio], endings: vec![".dat".into()] };
    let some = World::with_settings(|settings| settings.formats = only).await;
    let told = server(&some, "user-1").get("auth/v1/white_labeling").await.body;
    let formats = told["connector_settings"]["DROPBOX"]["allowed_file_formats"].as_array().unwrap().clone();
    assert!(formats.contains(&json!("MP3")) && formats.contains(&json!("DAT")), "{told}");
}
