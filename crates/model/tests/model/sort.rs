//! The order of a list (S4).

use samtal_model::{
    Channel, Conversation, ConversationId, ConversationState, InboxId, Origin, Ownership, Sequence, Sort, Timestamp,
};

fn conversation(id: i64, created: i64, activity: i64, waiting: Option<i64>) -> Conversation {
    Conversation {
        id: ConversationId(id),
        inbox: InboxId(1),
        channel: Channel::Email,
        origin: Origin::Inbound,
        contact: None,
        ticket: None,
        state: ConversationState::Open,
        ownership: Ownership::default(),
        spam: false,
        trashed_at: None,
        answered: true,
        created_at: Timestamp(created),
        last_activity_at: Timestamp(activity),
        last_inbound_at: None,
        waiting_since: waiting.map(Timestamp),
        last_message: None,
        last_inbound_message: None,
        message_count: 1,
        version: Sequence(1),
    }
}

fn sorted(sort: Sort, all: &[Conversation]) -> Vec<i64> {
    let mut all: Vec<_> = all.iter().map(|it| (sort.key(it), it.id.0)).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(if sort.is_upward() { a.1.cmp(&b.1) } else { b.1.cmp(&a.1) }));
    all.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn a_list_stands_by_its_time_and_then_by_its_ids() {
    let all = [
        conversation(1, 10, 70, None),
        conversation(2, 20, 50, Some(50)),
        conversation(3, 20, 70, Some(5)),
        conversation(4, -40, 60, None),
        conversation(5, 30, 50, Some(50)),
    ];
    for (sort, wanted) in [
        (Sort::NewestActivity, [3, 1, 4, 5, 2]),
        (Sort::OldestActivity, [2, 5, 4, 1, 3]),
        (Sort::NewestCreated, [5, 3, 2, 1, 4]),
        (Sort::OldestCreated, [4, 1, 2, 3, 5]),
        (Sort::WaitingLongest, [3, 2, 5, 1, 4]),
    ] {
        assert_eq!(sorted(sort, &all), wanted, "{sort:?}");
    }
}

#[test]
fn where_nobody_waits_stands_last_whatever_the_time() {
    let all =
        [conversation(1, 0, 0, None), conversation(2, 0, 0, Some(i64::MAX)), conversation(3, 0, 0, Some(i64::MIN))];
    assert_eq!(sorted(Sort::WaitingLongest, &all), [3, 2, 1]);
}
