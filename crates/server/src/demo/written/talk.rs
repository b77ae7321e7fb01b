//! Chats, Messenger and calls.

use super::super::story::{DAY, HOUR, MINUTE, Step, Story, Who};
use samtal_model::{Channel, Origin};

pub(super) fn all(now: i64) -> Vec<Story> {
    vec![login(now), oak_or_ash(now), bot(now), bot_closed(now), lotte(now), birgitta(now), missed(now)]
}

fn login(now: i64) -> Story {
    let start = now - 58 * MINUTE;
    Story::new(
        Channel::Chat,
        "Piotr Wiśniewski",
        "piotr.wisniewski@poczta.example",
        "Nie mogę zalogować się po aktualizacji",
    )
    .contact(start, "Dzień dobry, nie mogę się zalogować po wczorajszej aktualizacji.")
    .contact(start + 20_000, "Chciałem zobaczyć status zamówienia 48190.")
    .assign(start + MINUTE, Who::Anna)
    .reply(start + 2 * MINUTE, Who::Anna, "Dzień dobry! Już sprawdzam. Czy pojawia się jakiś komunikat?")
    .contact(start + 3 * MINUTE, "Po zmianie hasła strona wraca do formularza logowania. Bez żadnego błędu.")
    .comment(
        start + 4 * MINUTE,
        Who::Anna,
        "@Jonas again somebody who lands on the form after changing the password. That is the third today.",
    )
    .contact(start + 5 * MINUTE, "W Firefoksie tak samo jak w telefonie 🤷")
}

fn oak_or_ash(now: i64) -> Story {
    let start = now - 2 * HOUR - 15 * MINUTE;
    Story::new(Channel::Chat, "Ebba Sjögren", "ebba.sjogren@epost.example", "")
        .contact(start, "Hej! Ek eller ask? 🌳")
        .contact(start + 15_000, "Alltså till ett kök, ljust, mycket ånga från tekokning")
        .reply(
            start + 2 * MINUTE,
            Who::Jonas,
            "Hej Ebba! Ask är ljusast, ek tål ånga bäst. Till ett tekök skulle jag ta ek med vit olja.",
        )
        .contact(start + 3 * MINUTE, "Åh, vit olja hade jag inte ens tänkt på")
        .contact(start + 3 * MINUTE + 10_000, "Tack!! 💚")
        .at(start + 5 * MINUTE, Step::Assign(Who::Jonas, Some(Who::Jonas)))
}

fn bot(now: i64) -> Story {
    let start = now - 17 * MINUTE;
    let mut story = Story::new(Channel::Chat, "Visitor", "", "");
    story.origin = Origin::Bot;
    story
        .bot(start, "Hello! I am the shelf bot 🪵 What is it about? (delivery, damage, invoice, other)")
        .contact(start + 25_000, "opening hours")
        .bot(start + 27_000, "The shop in Umeå is open 10–18 on weekdays and 10–15 on Saturdays. Anything else?")
        .contact(start + 70_000, "can i bring my dog")
        .bot(start + 72_000, "That is one for a person. I have told the team; somebody will be with you shortly.")
}

fn bot_closed(now: i64) -> Story {
    let start = now - 9 * DAY;
    let mut story = Story::new(Channel::Chat, "Ulrika Palm", "ulrika.palm@post.example", "");
    story.origin = Origin::Bot;
    story
        .bot(start, "Hej! Jag är hyllroboten 🪵 Vad gäller det? (leverans, skada, faktura, annat)")
        .contact(start + 30_000, "leverans")
        .bot(start + 32_000, "Vilket ordernummer?")
        .contact(start + 60_000, "47511")
        .bot(start + 62_000, "Order 47511 är hos budet och kommer idag mellan 17 och 21.")
        .contact(start + 90_000, "tack robot")
        .at(start + HOUR, Step::Close(Who::Jonas))
}

fn lotte(now: i64) -> Story {
    let start = now - 3 * HOUR - 40 * MINUTE;
    Story::new(Channel::Messenger, "Lotte Jansen", "", "")
        .contact(start, "Hoi! Mijn plank hangt scheef 😅")
        .contact(start + 12_000, "Of mijn huis staat scheef, dat kan ook")
        .reply(start + 6 * MINUTE, Who::Jonas, "Hoi Lotte! Bij huizen van voor 1930 is het meestal het huis. Met de stelschroef achter de drager kun je 4 mm corrigeren.")
        .contact(start + 20 * MINUTE, "Het huis is van 1904. Raadsel opgelost! 🏚️👍")
        .contact(start + 21 * MINUTE, "Waar zit die stelschroef precies?")
}

fn birgitta(now: i64) -> Story {
    Story::new(Channel::Call, "Birgitta Ström", "birgitta.strom@norrnet.example", "")
        .contact(now - 4 * HOUR, "Incoming call, 4 min 12 s\n\nWants the hat rack in 90 cm for the hall of the parish house in Arvidsjaur. Prefers to be called after three.")
        .assign(now - 4 * HOUR + 4 * MINUTE, Who::Jonas)
        .comment(now - 4 * HOUR + 5 * MINUTE, Who::Jonas, "Promised a price before Friday. @Ewa do we still have the 90s?")
        .comment(now - 3 * HOUR, Who::Ewa, "Four left. She can have 10 % if she takes two.")
}

fn missed(now: i64) -> Story {
    Story::new(Channel::Call, "Göran Hedlund", "goran.hedlund@post.example", "")
        .contact(now - 5 * DAY, "Missed call, rang for 41 s")
        .assign(now - 5 * DAY + HOUR, Who::Jonas)
        .comment(now - 5 * DAY + HOUR, Who::Jonas, "Called back: he had sat on the phone.")
        .at(now - 5 * DAY + HOUR + 2 * MINUTE, Step::Close(Who::Jonas))
}
