//! Conversations made of the tables by chance: as many as one likes, each told the same way every time.

use super::chance::Chance;
use super::files;
use super::story::{DAY, HOUR, Html, Inbox, MINUTE, Step, Story, Who, Words};
use super::tables::{TONGUES, Tongue, Topic};
use samtal_model::{Address, Channel, Origin};

/// Conversations that keep their mails' sources: all of a small demo, one in this many of a large one.
const SOURCES_IN: usize = 5;
const ALL_SOURCES_UP_TO: usize = 2_000;

/// The `number`th of `count` conversations, 0 the newest.
pub(super) fn story(number: usize, count: usize, now: i64) -> Story {
    let mut chance = Chance::of(number as u64);
    let tongue = tongue(&mut chance);
    let topic = &tongue.topics[chance.place(tongue.topics.len())];
    // Whoever wrote once may have written before.
    let people = (count / 3).max(25) as u64;
    let contact = person(tongue, chance.below(people));
    let mut facts = Facts::draw(tongue, &contact.name, &mut chance);

    let channel = match chance.below(100) {
        0..=63 => Channel::Email,
        64..=79 => Channel::Chat,
        80..=88 => Channel::Form,
        89..=94 => Channel::Messenger,
        _ => Channel::Call,
    };
    let subject = facts.fill(chance.pick(topic.subjects));
    let mut story = Story::new(channel, &contact.name, &contact.email, &subject).wrote(tongue.wrote);
    story.with_source = count <= ALL_SOURCES_UP_TO || number.is_multiple_of(SOURCES_IN);
    if chance.percent(4) {
        story.inbox = Inbox::Sales;
    }
    let team: &[Who] = match story.inbox {
        Inbox::Support => &[Who::Anna, Who::Anna, Who::Jonas, Who::Jonas, Who::Ewa, Who::Daan],
        Inbox::Sales => &[Who::Ewa, Who::Ewa, Who::Daan],
    };
    let who = chance.pick(team);
    facts.agent = first_name(who).to_owned();

    let mut told = Telling { story, chance, tongue, topic, facts, who, at: 0 };
    match channel {
        Channel::Email => told.mail(),
        Channel::Chat | Channel::Messenger => told.chat(),
        Channel::Form => told.form(),
        Channel::Call => told.call(),
    }
    told.finish(number, count, now)
}

fn tongue(chance: &mut Chance) -> &'static Tongue {
    let mut left = chance.below(100);
    for (tongue, share) in TONGUES {
        if left < share {
            return tongue;
        }
        left -= share;
    }
    TONGUES[0].0
}

/// The same number is the same person in each language.
fn person(tongue: &Tongue, number: u64) -> Address {
    let mut chance = Chance::of(number ^ 0xC0FF_EE00);
    let (first, last) = (chance.pick(tongue.firsts), chance.pick(tongue.lasts));
    let plain = |name: &str| -> String {
        name.to_lowercase()
            .chars()
            .filter_map(|c| match c {
                'å' | 'ä' | 'ą' => Some('a'),
                'ö' | 'ó' => Some('o'),
                'ü' => Some('u'),
                'é' | 'ę' => Some('e'),
                'ł' => Some('l'),
                'ń' => Some('n'),
                'ś' | 'ß' => Some('s'),
                'ż' | 'ź' => Some('z'),
                'ć' => Some('c'),
                c if c.is_ascii_alphanumeric() => Some(c),
                _ => None,
            })
            .collect()
    };
    let (a, b) = (plain(first), plain(last));
    let local = if a.is_empty() || b.is_empty() { format!("kund{number}") } else { format!("{a}.{b}{number}") };
    Address { name: format!("{first} {last}"), email: format!("{local}@{}", chance.pick(tongue.hosts)) }
}

pub(super) fn first_name(who: Who) -> &'static str {
    match who {
        Who::Anna => "Anna",
        Who::Jonas => "Jonas",
        Who::Ewa => "Ewa",
        Who::Daan => "Daan",
    }
}

/// What fills the braces.
struct Facts {
    first: String,
    agent: String,
    order: String,
    product: &'static str,
    city: &'static str,
    sum: String,
    measure: String,
    day: String,
}

impl Facts {
    fn draw(tongue: &Tongue, name: &str, chance: &mut Chance) -> Self {
        Self {
            first: name.split(' ').next().unwrap_or(name).to_owned(),
            agent: String::new(),
            order: chance.between(31_000, 98_999).to_string(),
            product: chance.pick(tongue.products),
            city: chance.pick(tongue.cities),
            sum: format!("{} {}", chance.between(19, 490) * 10 - 1, tongue.currency),
            measure: chance.between(30, 240).to_string(),
            day: chance.between(1, 28).to_string(),
        }
    }

    fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (brace, fact) in [
            ("{first}", self.first.as_str()),
            ("{agent}", &self.agent),
            ("{order}", &self.order),
            ("{product}", self.product),
            ("{city}", self.city),
            ("{sum}", &self.sum),
            ("{measure}", &self.measure),
            ("{day}", &self.day),
        ] {
            if text.contains(brace) {
                text = text.replace(brace, fact);
            }
        }
        text
    }
}

/// A story while it is told; its clock starts at nought and is set at the end.
struct Telling {
    story: Story,
    chance: Chance,
    tongue: &'static Tongue,
    topic: &'static Topic,
    facts: Facts,
    who: Who,
    at: i64,
}

impl Telling {
    fn step(&mut self, step: Step) {
        self.story.steps.push((self.at, step));
    }

    fn wait(&mut self, least: i64, most: i64) {
        self.at += self.chance.between(least, most);
    }

    fn say(&mut self, from: &[&str]) -> String {
        let template = self.chance.pick(from);
        capital(&self.facts.fill(template))
    }

    /// A question with one or two circumstances.
    fn question(&mut self) -> String {
        let mut words = self.say(self.topic.asks);
        let mut detail = self.say(self.topic.details);
        words = format!("{words} {detail}");
        if self.chance.percent(40) {
            let other = self.say(self.topic.details);
            if other != detail {
                detail = other;
                words = format!("{words}\n\n{detail}");
            }
        }
        words
    }

    fn answer(&mut self) -> String {
        let hello = self.say(self.tongue.answer_hello);
        let answer = self.say(self.topic.answers);
        let bye = self.facts.fill(self.tongue.answer_bye);
        format!("{hello}\n\n{answer}\n\n{bye}")
    }

    fn mail(&mut self) {
        let (hello, question, bye) = (self.say(self.tongue.hello), self.question(), self.say(self.tongue.bye));
        let html = if self.chance.percent(45) { Html::Plain } else { Html::None };
        let mut words =
            Words { text: format!("{hello}\n\n{question}\n\n{bye}"), html: html.clone(), ..Words::default() };
        if self.story.with_source && self.chance.percent(14) {
            words.files.push(self.file());
        }
        self.step(Step::Contact(words));
        for _ in 0..self.chance.between(0, 3) {
            self.wait(10 * MINUTE, 20 * HOUR);
            if self.chance.percent(12) {
                self.remark();
            }
            let answer = self.answer();
            self.step(Step::Reply(self.who, answer));
            if self.chance.percent(35) {
                return;
            }
            self.wait(20 * MINUTE, 30 * HOUR);
            let text = if self.chance.percent(60) { self.say(self.tongue.thanks) } else { self.question() };
            self.step(Step::Contact(Words { text, html: html.clone(), quotes: true, files: vec![] }));
        }
    }

    fn file(&mut self) -> files::File {
        let order = self.facts.order.clone();
        match self.chance.below(4) {
            0 => files::pdf(&format!("order-{order}.pdf"), &["Order", &order, &self.facts.sum, self.facts.city]),
            1 => files::csv(
                &format!("order-{order}.csv"),
                &["article,pieces,cm", &format!("{},2,{}", self.facts.product, self.facts.measure)],
            ),
            2 => files::note("note.txt", &format!("{order}\n{}\n", self.facts.city)),
            _ => {
                let tint = u8::try_from(self.chance.below(60)).unwrap_or(0);
                files::png(&format!("IMG_{}.png", self.chance.between(1000, 9999)), tint, None)
            }
        }
    }

    /// A word among colleagues.
    fn remark(&mut self) {
        const REMARKS: [&str; 7] = [
            "@{agent} can you take this one? I am out this afternoon.",
            "Same carrier as last week, I have opened a claim with them.",
            "@{agent} the warehouse says there are three left of these.",
            "Loyal customer, please be generous.",
            "I called, no answer. Trying again tomorrow.",
            "@{agent} do you remember order {order}? Looks like the same thing.",
            "Waiting for the workshop to confirm the measure ({measure} cm).",
        ];
        let text = self.say(&REMARKS);
        let other = if self.who == Who::Ewa { Who::Daan } else { Who::Ewa };
        self.step(Step::Comment(other, text));
        self.wait(MINUTE, 40 * MINUTE);
    }

    fn chat(&mut self) {
        self.story.subject.clear();
        let (mut bot, mut hello) = (false, self.say(self.tongue.hello));
        if self.story.channel == Channel::Chat && self.chance.percent(20) {
            bot = true;
            self.story.origin = Origin::Bot;
            self.step(Step::Bot(
                "Hej! Hello! Hallo! I am the shelf bot 🪵 What is it about? (delivery, damage, invoice, other)".into(),
            ));
            self.wait(10_000, MINUTE);
            hello = self.facts.fill(self.chance.pick(self.topic.subjects));
        }
        self.step(Step::Contact(Words::from(hello.as_str())));
        self.wait(5_000, 40_000);
        let ask = self.say(self.topic.asks);
        self.step(Step::Contact(Words::from(ask.as_str())));
        if bot {
            self.wait(1_000, 3_000);
            self.step(Step::Bot("Thank you. I have told the team; somebody will be with you shortly.".into()));
            if self.chance.percent(40) {
                return;
            }
        }
        for _ in 0..self.chance.between(0, 3) {
            self.wait(20_000, 6 * MINUTE);
            let answer = self.say(self.topic.answers);
            self.step(Step::Reply(self.who, answer));
            self.wait(15_000, 3 * MINUTE);
            let text = match self.chance.below(3) {
                0 => self.say(self.tongue.thanks),
                1 => self.say(self.topic.details),
                _ => (self.chance.pick(&["👍", "🙏", "ok!", "❤️", "🤔", "😀🎉"])).to_owned(),
            };
            self.step(Step::Contact(Words::from(text.as_str())));
        }
    }

    fn form(&mut self) {
        self.story.subject = self.tongue.form_subject.replace("{subject}", &self.story.subject);
        let [name, email, order, message] = self.tongue.form;
        let question = self.question();
        let text = format!(
            "{name}: {}\n{email}: {}\n{order}: {}\n{message}: {question}",
            self.story.contact.name, self.story.contact.email, self.facts.order
        );
        self.step(Step::Contact(Words::from(text.as_str())));
        if self.chance.percent(55) {
            self.wait(HOUR, 20 * HOUR);
            let answer = self.answer();
            self.step(Step::Reply(self.who, answer));
        }
    }

    fn call(&mut self) {
        let (minutes, seconds) = (self.chance.between(1, 17), self.chance.between(0, 59));
        let head =
            self.tongue.call.replace("{minutes}", &minutes.to_string()).replace("{seconds}", &seconds.to_string());
        let question = self.question();
        self.step(Step::Contact(Words::from(format!("{head}\n\n{question}").as_str())));
        self.wait(MINUTE, 10 * MINUTE);
        let note = format!("Promised to call back about order {}.", self.facts.order);
        self.step(Step::Comment(self.who, note));
    }

    /// Sets the clock, the owner and the end.
    fn finish(mut self, number: usize, count: usize, now: i64) -> Story {
        let part = (number as f64 + 1.0) / count.max(1) as f64;
        let span_days = ((count as f64).powf(0.55) * 4.0).min(1_100.0);
        let age_days = 0.2 + span_days * part.powf(1.4);
        let jitter = self.chance.between(0, 5 * HOUR);
        #[expect(clippy::cast_possible_truncation, reason = "at most 1,100 days")]
        let age = (age_days * DAY as f64) as i64 + jitter;
        let answered = self.story.steps.iter().any(|(_, step)| matches!(step, Step::Reply(..)));
        if answered || self.chance.percent(30) {
            // Taken up after its first message.
            let taken = self.story.steps.first().map_or(0, |(at, _)| *at) + MINUTE;
            let at = self.story.steps.iter().position(|(at, _)| *at > taken).unwrap_or(self.story.steps.len());
            self.story.steps.insert(at, (taken, Step::Assign(self.who, Some(self.who))));
        }
        if age_days > 5.0 && self.chance.percent(if answered { 75 } else { 35 }) {
            // A bot's conversation cannot be closed at once (T7).
            self.wait(40 * MINUTE, 5 * HOUR);
            self.step(Step::Close(self.who));
        } else if age_days < 25.0 && self.chance.percent(2) {
            self.wait(MINUTE, HOUR);
            self.step(Step::Trash(self.who));
        }
        let last = self.story.last_at();
        for (at, _) in &mut self.story.steps {
            *at += now - age - last;
        }
        self.story
    }
}

/// With a capital, as a sentence begins.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
