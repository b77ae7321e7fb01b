//! Passwords and the sessions that were begun with them.

use crate::engines::on_each_engine;
use samtal_model::{Role, Timestamp};

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_that_persons_sessions_alone() {
    on_each_engine(|bench| async move {
        let (anna, jonas) = (bench.agent("anna", Role::Agent).await, bench.agent("jonas", Role::Agent).await);
        let (store, now, later) = (&bench.store, Timestamp(1_000), Timestamp(9_000));
        for (session, agent) in [([1; 32], anna), ([2; 32], anna), ([3; 32], jonas)] {
            store.begin_session(session, None, agent, now, later).await.expect("begun");
        }
        let hash = async || store.credentials("anna@samtal.test").await.expect("a query").map(|(_, hash)| hash);
        assert_eq!(hash().await, None, "she was added without one");
        for new in ["first", "second"] {
            store.set_password(anna, new).await.expect("set");
            assert_eq!(hash().await.as_deref(), Some(new));
        }
        for (session, stands) in [([1; 32], false), ([2; 32], false), ([3; 32], true)] {
            assert_eq!(store.session(session, now).await.expect("a query").is_some(), stands, "{session:?}");
        }
    })
    .await;
}
