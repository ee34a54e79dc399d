//! Tokens that an application already has.

use shared::{
    model::{ConnectionId, ProjectId},
    seal::{EncryptionContext, Owner, Sealed},
    store::TokenStore,
};
use tests::World;

/// Returns access and refresh token of a connection, as its application might have them.
pub(crate) async fn tokens(world: &World, project: ProjectId, id: ConnectionId) -> (String, String) {
    let sealed = world.stack.store().tokens(id).await.unwrap().unwrap();
    let open = async |field, sealed: &Sealed| {
        let context = EncryptionContext { project, owner: Owner::Connection(id), field };
        world.stack.machine.keyring.open(context, sealed).await.unwrap()
    };
    (open("access", &sealed.access).await, open("refresh", &sealed.refresh).await)
}
