//! Contract of the store's users of projects.

use shared::{
    model::{ConnectionId, ProjectId, Timestamp, UserChange, UserDeletion, UserId, UserSettings},
    store::{MAX_USERS_AT_ONCE, Users},
};

use super::{StoreHarness, conflict, ok};

fn user(id: &str) -> UserId {
    id.parse().expect("it is an id of a user")
}

const STOP: UserChange = UserChange {
    auto_sync: Some(Some(false)),
    resync_hours: None,
    max_files: None,
    max_files_per_upload: None,
};
/// Expiry in the future.
const LATER: Timestamp = Timestamp(100_000_000_000_000);

/// Adding a user again changes nothing.
pub async fn a_user_who_is_there_stays_as_they_are(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    assert_eq!(ok(store.user(project, &user("u")).await), None);
    ok(store.add_user(project, &user("u"), Timestamp(1)).await);
    ok(store.change_users(project, &[user("u")], STOP, Timestamp(2)).await);
    ok(store.add_user(project, &user("u"), Timestamp(3)).await);
    let found = ok(store.user(project, &user("u")).await).expect("the user is there");
    assert_eq!(
        (found.created_at, found.updated_at, found.settings.auto_sync),
        (Timestamp(1), Timestamp(2), Some(false))
    );
    assert_eq!(ok(store.user(ProjectId::random(), &user("u")).await), None);
}

/// A change leaves other settings alone, and creates users who do not exist yet.
pub async fn a_change_touches_what_it_names(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let users = [user("a"), user("b")];
    let hours = UserChange { resync_hours: Some(Some(6)), ..UserChange::default() };
    ok(store.change_users(project, &users, hours, Timestamp(1)).await);
    ok(store.change_users(project, &users[..1], STOP, Timestamp(2)).await);
    let read = async |of: &UserId| {
        let found = ok(store.user(project, of).await).expect("the user is there");
        (found.created_at, found.settings.auto_sync, found.settings.resync_hours)
    };
    assert_eq!(read(&users[0]).await, (Timestamp(1), Some(false), Some(6)));
    assert_eq!(read(&users[1]).await, (Timestamp(1), None, Some(6)));
    let none = UserChange { resync_hours: Some(None), ..UserChange::default() };
    ok(store.change_users(project, &users[..1], none, Timestamp(3)).await);
    assert_eq!(read(&users[0]).await, (Timestamp(1), Some(false), None));
}

/// Settings that a user has not chosen are the project's defaults, which are separate for each project.
pub async fn defaults_are_for_what_users_have_not_chosen(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let settings = async |of: &str| ok(store.user_settings(project, &user(of)).await);
    assert_eq!(settings("u").await, UserSettings::default());
    let all = UserChange {
        auto_sync: Some(Some(false)),
        resync_hours: Some(Some(6)),
        max_files: Some(Some(9)),
        max_files_per_upload: Some(Some(2)),
    };
    ok(store.change_user_defaults(project, all).await);
    let own = UserChange { max_files: Some(Some(3)), ..UserChange::default() };
    ok(store.change_users(project, &[user("u")], own, Timestamp(1)).await);
    let defaults = UserSettings {
        auto_sync: Some(false),
        resync_hours: Some(6),
        max_files: Some(9),
        max_files_per_upload: Some(2),
    };
    assert_eq!(ok(store.user_defaults(project).await), defaults);
    assert_eq!(settings("u").await, UserSettings { max_files: Some(3), ..defaults });
    assert_eq!(settings("stranger").await, defaults);
    let none = UserChange { auto_sync: Some(None), max_files: Some(None), ..UserChange::default() };
    ok(store.change_user_defaults(project, none).await);
    ok(store.change_users(project, &[user("u")], none, Timestamp(2)).await);
    assert_eq!(settings("u").await, UserSettings { auto_sync: None, max_files: None, ..defaults });
    ok(store.change_user_defaults(project, UserChange::default()).await);
    assert_eq!(ok(store.user_settings(ProjectId::random(), &user("u")).await), UserSettings::default());
    assert_eq!(ok(store.users(project, None, 10).await).len(), 1);
}

/// A hundred users are changed at once, or none if one of them was deleted.
pub async fn all_are_changed_or_none(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let users: Vec<UserId> =
        (0..MAX_USERS_AT_ONCE).map(|number| user(&format!("user-{number:03}"))).collect();
    ok(store.change_users(project, &users, UserChange::default(), Timestamp(1)).await);
    let deletion =
        UserDeletion { connections: vec![ConnectionId::random()], ..UserDeletion::new(Timestamp(2)) };
    ok(store.note_deletion(project, &users[50], &deletion, LATER).await);
    conflict(&store.change_users(project, &users, STOP, Timestamp(3)).await);
    let all = ok(store.users(project, None, 1_000).await);
    assert!(all.len() == users.len() && all.iter().all(|one| one.settings.is_empty()), "{all:?}");
}

/// Users are returned in the order of their ids, starting after any of them.
pub async fn users_are_read_in_order(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    for id in ["c", "a", "b"] {
        ok(store.add_user(project, &user(id), Timestamp(1)).await);
    }
    let read = async |after: Option<&UserId>, limit| {
        let found = ok(store.users(project, after, limit).await);
        found.into_iter().map(|one| one.user.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(read(None, 10).await, ["a", "b", "c"]);
    assert_eq!(read(None, 2).await, ["a", "b"]);
    assert_eq!(read(Some(&user("b")), 10).await, ["c"]);
}

/// The connections of a deleted user are known, and a user who returns starts over.
pub async fn a_deletion_is_remembered_until_the_user_comes_back(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    ok(store.change_users(project, &[user("u")], STOP, Timestamp(1)).await);
    let deletion =
        UserDeletion { connections: vec![ConnectionId::random()], ..UserDeletion::new(Timestamp(5)) };
    ok(store.note_deletion(project, &user("u"), &deletion, LATER).await);
    let deleted = ok(store.user(project, &user("u")).await).expect("the deletion is known");
    assert_eq!((deleted.deletion, deleted.settings), (Some(deletion), UserSettings::default()));
    let runs_removed_at = async || {
        let stored = ok(store.user(project, &user("u")).await).expect("the user is there");
        stored.deletion.and_then(|deletion| deletion.runs_removed_at)
    };
    for (at, expected) in [(6, 6), (7, 6)] {
        ok(store.note_runs_removed(project, &user("u"), Timestamp(at)).await);
        assert_eq!(runs_removed_at().await, Some(Timestamp(expected)), "the first time counts");
    }
    ok(store.add_user(project, &user("u"), Timestamp(9)).await);
    let back = ok(store.user(project, &user("u")).await).expect("the user is there");
    assert_eq!((back.deletion.as_ref(), back.created_at), (None, Timestamp(9)));
    ok(store.note_runs_removed(project, &user("u"), Timestamp(10)).await);
    ok(store.note_runs_removed(project, &user("unknown"), Timestamp(10)).await);
    assert_eq!(ok(store.user(project, &user("u")).await), Some(back), "there is no deletion any more");
    assert_eq!(ok(store.user(project, &user("unknown")).await), None);
}

/// Runs every case of [`users`](crate::store::users) as a separate test.
#[macro_export]
macro_rules! users_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::users:
            a_user_who_is_there_stays_as_they_are
            a_change_touches_what_it_names
            defaults_are_for_what_users_have_not_chosen
            all_are_changed_or_none
            users_are_read_in_order
            a_deletion_is_remembered_until_the_user_comes_back
        }
    };
}
