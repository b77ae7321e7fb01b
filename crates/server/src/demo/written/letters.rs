//! Mail and a form.

use super::super::files::{csv, pdf, png};
use super::super::story::{DAY, HOUR, Inbox, MINUTE, Step, Story, Who, Words};
use samtal_model::{Channel, Origin};

const SWEDISH: &str = "Den {when} skrev {who}:";
const DUTCH: &str = "Op {when} schreef {who}:";

pub(super) fn all(now: i64) -> Vec<Story> {
    vec![
        charged_twice(now),
        invoice(now),
        parcel_locker(now),
        return_label(now),
        wholesale(now),
        library_of_shelves(now),
        japanese(now),
        greek(now),
        arabic(now),
        newsletter(now),
        sample(now),
        quote_for_cafe(now),
        hotel(now),
    ]
}

fn charged_twice(now: i64) -> Story {
    let statement = pdf(
        "statement-nov.pdf",
        &[
            "Account statement",
            "Maja Olsson",
            "",
            "16 Nov   HYLLAN AB, order 48213   -1 249,00 kr",
            "16 Nov   HYLLAN AB, order 48213   -1 249,00 kr   (pending)",
        ],
    );
    Story::mail("Maja Olsson", "maja.olsson@post.example", "Charged twice for order 48213")
        .contact(
            now - 41 * HOUR,
            "Hello!\n\nI ordered the oak shelf on Monday and my card was charged twice, 1 249 kr both times. Can you take one of them back?\n\nBest,\nMaja",
        )
        .contact(now - 41 * HOUR + 6 * MINUTE, "My card number is 4571 9900 1234 5678, in case you need it to find the payment.")
        .at(now - 41 * HOUR + 9 * MINUTE, Step::Hide(Who::Jonas, 1))
        .assign(now - 41 * HOUR + 12 * MINUTE, Who::Anna)
        .comment(now - 41 * HOUR + 18 * MINUTE, Who::Anna, "@Jonas is this the same double capture as last week? And thank you for hiding the card number.")
        .comment(now - 41 * HOUR + 25 * MINUTE, Who::Jonas, "Looks like it. The payment people say the second line is only a reservation and falls away after three days.")
        .reply(
            now - 41 * HOUR + 39 * MINUTE,
            Who::Anna,
            "Hi Maja,\n\nI am sorry about that. I can see one order and one capture on our side; could you send a picture of the two lines in your bank?\n\nAs soon as I have it the second one goes back the same day. And please never send card numbers by mail: we have hidden yours.\n\nKind regards,\nAnna",
        )
        .contact(
            now - 26 * MINUTE,
            Words::from("Thanks — the bank shows both, I attach the statement. The second one says “pending”.\n\nThe shelf itself is lovely by the way!\nMaja")
                .html()
                .quoting()
                .with(statement)
                .with(png("shelf-on-the-wall.png", 30, None)),
        )
        .at(now - 20 * MINUTE, Step::Read(Who::Anna))
}

fn invoice(now: i64) -> Story {
    Story::mail("Sanne de Boer", "sanne@deboer-bouw.example", "Factuur op naam van het bedrijf")
        .wrote(DUTCH)
        .contact(
            now - 3 * DAY,
            Words::from("Goedemorgen,\n\nVorige week heb ik zes wandplanken gekocht voor ons kantoor in Utrecht (bestelling 47990). De factuur staat op mijn eigen naam. Kunnen jullie die op De Boer Bouw B.V. zetten?\n\nMet vriendelijke groet,\nSanne de Boer").html(),
        )
        .assign(now - 3 * DAY + HOUR, Who::Anna)
        .reply(
            now - 3 * DAY + 2 * HOUR,
            Who::Anna,
            "Beste Sanne,\n\nNatuurlijk. De nieuwe factuur is onderweg; de oude is vervallen. Klopt het adres aan de Oudegracht nog?\n\nMet vriendelijke groet,\nAnna, Hyllan",
        )
        .contact(
            now - 74 * MINUTE,
            Words::from("Hoi Anna,\n\nDank je, het adres klopt. Eén ding nog: kunnen jullie het btw-nummer toevoegen aan de factuur? NL0000.00.000.B01. De boekhouder is onverbiddelijk.\n\nGroet, Sanne").html().quoting(),
        )
}

fn parcel_locker(now: i64) -> Story {
    Story::mail("Tomas Holm", "tomas.holm@brev.example", "Delivery to a parcel locker")
        .wrote(SWEDISH)
        .contact(now - 30 * HOUR, "Hej!\n\nKan ni leverera konsolerna (order 48155) till paketautomaten vid Triangeln i stället? Jag jobbar natt hela veckan och sover när budet kommer.\n\nTomas")
        .assign(now - 29 * HOUR, Who::Anna)
        .reply(now - 28 * HOUR, Who::Anna, "Hej Tomas!\n\nJag har bett lagret ändra till automaten vid Triangeln. Du får koden i ett sms så fort paketet ligger där.\n\nVänliga hälsningar\nAnna, Hyllan")
        .contact(now - 25 * HOUR, Words::from("Perfekt. Ryms de verkligen? Lådan såg lång ut på bilden.").quoting())
        .reply(now - 22 * HOUR, Who::Anna, "It left our warehouse this morning, here is the number for the locker: 7713. Och ja, de ryms: kartongen är 58 cm och facket 60. Vi har mätt!\n\nSov gott,\nAnna")
}

fn return_label(now: i64) -> Story {
    let mut story = Story::new(Channel::Form, "Rania Khalil", "rania.khalil@inbox.example", "Return label has the wrong address")
        .contact(
            now - 46 * HOUR,
            "Name: Rania Khalil\nEmail: rania.khalil@inbox.example\nOrder: 47802\nMessage: The return label you sent has somebody else's address on it. I do not dare to post the parcel like this.",
        )
        .assign(now - 45 * HOUR, Who::Anna)
        .comment(now - 45 * HOUR + 10 * MINUTE, Who::Anna, "@Ewa two labels were swapped this morning. Can you tell the other customer before they print theirs?")
        .comment(now - 44 * HOUR, Who::Ewa, "Done, she had not printed it. I have told the label people as well.")
        .reply(now - 43 * HOUR, Who::Anna, "Hello Rania,\n\nThank you for noticing. That label was mixed up with another one; here is the right one, and the wrong one no longer works.\n\nKind regards,\nAnna");
    story = story.contact(
        now - 23 * HOUR,
        "Thank you, this one is right. The wrong label had this on it, please delete it: Birgit Holmgren, Storgatan 12, 903 26 Umeå, phone 070-000 00 00.",
    );
    story.at(now - 22 * HOUR - 40 * MINUTE, Step::Hide(Who::Jonas, 4)).at(now - 22 * HOUR, Step::Read(Who::Anna))
}

fn wholesale(now: i64) -> Story {
    Story::mail("Emil Vik", "emil@vikinterior.example", "Wholesale prices for 2027")
        .contact(
            now - 4 * DAY,
            Words::from("Hi,\n\nWe run three small interior shops in Bergen, Voss and Florø and have had your oak shelves in the window since summer. People ask every day.\n\nCould you send wholesale prices for 2027? Attached is what we sold this autumn.\n\nEmil Vik\nVik Interiør AS")
                .html()
                .with(csv("autumn-sales.csv", &["shop,article,pieces", "Bergen,Oak shelf 80,14", "Bergen,Oak shelf 120,9", "Voss,Oak shelf 80,6", "Florø,Wall rail,11"])),
        )
        .assign(now - 4 * DAY + 3 * HOUR, Who::Anna)
        .reply(now - 4 * DAY + 4 * HOUR, Who::Anna, "Hi Emil,\n\nWhat a good autumn! The list for 2027 is being finished this week; I have asked Ewa in sales to put you first in line.\n\nKind regards,\nAnna")
        .comment(now - 3 * DAY, Who::Ewa, "@Anna prices are ready on Friday. 25 % from forty pieces a year, freight included to Bergen.")
        .contact(now - 28 * HOUR, Words::from("Great, thank you. Could we book a call this week? We are three people who want to listen in, and one of us has opinions about the colour of the box.\n\nEmil").html().quoting())
        .at(now - 27 * HOUR, Step::Read(Who::Anna))
}

fn library_of_shelves(now: i64) -> Story {
    Story::mail("Klara Lindqvist", "klara.lindqvist@norrnet.example", "Hyllan blev ett bibliotek")
        .wrote(SWEDISH)
        .contact(
            now - 5 * HOUR,
            Words::from("Hej!\n\nJag ville bara visa hur det blev. Tolv hyllplan, en kväll, noll skruvar över. Katten har redan valt sin plats (tredje från vänster).\n\nEn fråga: finns samma ek som fönsterbräda?\n\nHälsningar Klara").html().with(png("biblioteket.png", 10, None)).with(png("katten.png", 55, None)),
        )
}

fn japanese(now: i64) -> Story {
    Story::mail("田中美咲", "misaki@tanaka.example", "棚板が一枚足りません(注文 48107)")
        .wrote("{when} {who} のメール:")
        .contact(now - 20 * HOUR, "お世話になっております。\n\n昨日、オーク材の棚が届きました。とても美しいのですが、棚板が一枚足りないようです。箱には六枚と書いてありますが、五枚しか入っていませんでした。\n\nご確認をお願いいたします。\n田中")
        .assign(now - 19 * HOUR, Who::Jonas)
        .reply(now - 18 * HOUR, Who::Jonas, "田中 様\n\nご連絡ありがとうございます。不足分の棚板を本日発送いたしました。三日ほどで届く予定です。\n\nハイラン・サポート\nJonas")
        .contact(now - 6 * HOUR, Words::from("早速のご対応、ありがとうございます。楽しみに待っております。🙏").quoting())
}

fn greek(now: i64) -> Story {
    Story::mail("Γιώργος Παπαδόπουλος", "giorgos@grammata.example", "Ράφι για τη βιβλιοθήκη του σχολείου")
        .wrote("Στις {when}, {who} έγραψε:")
        .contact(now - 9 * HOUR, "Καλημέρα σας,\n\nθα θέλαμε δέκα ράφια από δρυ, 120 εκατοστών, για τη βιβλιοθήκη του σχολείου μας στα Χανιά. Στέλνετε στην Κρήτη και πόσο κοστίζει η μεταφορά;\n\nΜε εκτίμηση,\nΓιώργος Παπαδόπουλος")
}

fn arabic(now: i64) -> Story {
    Story::mail("ليلى حداد", "layla.haddad@risala.example", "لون خشب البلوط")
        .wrote("في {when}، {who} كتب:")
        .contact(now - 33 * HOUR, Words::from("مرحباً،\n\nاستلمت الرف أمس وهو جميل جداً، لكن لونه أفتح من الصورة. هل يصبح أغمق مع الوقت أم أحتاج إلى زيت خاص؟\n\nمع التحية،\nليلى").html().with(png("photo.png", 45, None)))
        .assign(now - 32 * HOUR, Who::Jonas)
        .reply(now - 31 * HOUR, Who::Jonas, "مرحباً ليلى،\n\nنعم، خشب البلوط يصبح ذهبياً خلال السنة الأولى. طبقة رقيقة من الزيت مرة في السنة تكفي.\n\nمع أطيب التحيات\nJonas")
        .contact(now - 12 * HOUR, Words::from("شكراً جزيلاً! سأنتظر الربيع إذن 🌿").html().quoting())
}

fn newsletter(now: i64) -> Story {
    let html = "<html><head><style>.wrap{background-color:#f4efe6;padding:24px} .head{font-family:Georgia,serif;font-size:30px;\
        line-height:36px;color:#5a3d1e;margin:16px 0} .text{font-family:Arial,sans-serif;font-size:15px;line-height:23px;color:#333333} \
        .button{display:inline-block;background-color:#3d6b57;color:#ffffff;padding:12px 22px;border-radius:6px;text-decoration:none} \
        @media (max-width:600px){.head{font-size:24px}}</style></head><body>\
        <table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td class=\"wrap\" align=\"center\">\
        <table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\"><tr><td style=\"padding:20px 32px 0\">\
        <img src=\"cid:logo@hantverk.example\" width=\"80\" height=\"50\" alt=\"Hantverk &amp; Ek\"></td></tr>\
        <tr><td style=\"padding:0 32px\"><h1 class=\"head\">The autumn oak is in</h1>\
        <p class=\"text\">Dear Hyllan,<br><br>the first boards of this year's felling have left the kiln at nine per cent moisture. They are straight, quiet and \
        a little more golden than last year's.</p></td></tr><tr><td><img src=\"https://images.hantverk.example/2026/oak.jpg\" width=\"600\" height=\"260\" \
        alt=\"Oak boards stacked to dry\"></td></tr><tr><td style=\"padding:8px 32px 28px\"><p class=\"text\">As a regular customer you can reserve before the others: \
        <b>until Friday</b>.</p><p align=\"center\"><a class=\"button\" href=\"https://hantverk.example/reserve\">Reserve boards</a></p></td></tr>\
        <tr><td bgcolor=\"#eeeeee\" style=\"padding:16px 32px;font-family:Arial,sans-serif;font-size:12px;color:#777777\">Hantverk &amp; Ek, Sågvägen 4, Vetlanda · \
        <a href=\"https://hantverk.example/unsubscribe\">Unsubscribe</a></td></tr></table></td></tr></table>\
        <img src=\"https://track.hantverk.example/open.gif?c=17\" width=\"1\" height=\"1\" alt=\"\"></body></html>";
    Story::mail("Hantverk & Ek", "news@hantverk.example", "The autumn oak is in 🌰").contact(
        now - 7 * HOUR,
        Words::from("The autumn oak is in.\n\nThe first boards of this year's felling have left the kiln. As a regular customer you can reserve until Friday: https://hantverk.example/reserve")
            .own_html(html)
            .with(png("logo.png", 20, Some("logo@hantverk.example"))),
    )
}

fn sample(now: i64) -> Story {
    let mut story = Story::mail("Nora Brennan", "nora.brennan@letterbox.example", "Your oak sample is on its way");
    story.origin = Origin::Outbound;
    story.at(
        now - 8 * HOUR,
        Step::Compose(Who::Jonas, "Hello Nora,\n\nit was good to talk to you at the fair. As promised, three samples of oak (natural, smoked, white oil) left today in a padded envelope.\n\nTell me which one the light in your kitchen likes best.\n\nKind regards,\nJonas, Hyllan".into()),
    )
}

fn quote_for_cafe(now: i64) -> Story {
    let mut story =
        Story::mail("Café Kardemumma", "hej@kardemumma.example", "Offert: vägghyllor till caféet").wrote(SWEDISH);
    story.origin = Origin::Outbound;
    story
        .at(now - 6 * DAY, Step::Compose(Who::Anna, "Hej Elin,\n\nhär kommer offerten på nio vägghyllor i ek, 160 cm, monterade: 23 400 kr. Den gäller året ut.\n\nVänliga hälsningar\nAnna, Hyllan".into()))
        .contact(now - 10 * HOUR, Words::from("Hej Anna!\n\nVi kör! Kan ni komma en måndag? Då har vi stängt och ni får bullar.\n\nElin").html().quoting())
}

fn hotel(now: i64) -> Story {
    let mut story = Story::mail("Hotel Zeezicht", "inkoop@zeezicht.example", "Forty bedside shelves");
    story.inbox = Inbox::Sales;
    story
        .contact(now - 2 * DAY - 5 * HOUR, Words::from("Dear sales team,\n\nwe are renewing forty rooms in Zandvoort this winter and would like a small oak shelf on each side of the bed. Could you quote for eighty pieces, 40 cm?\n\nJoost Terpstra, purchasing").html())
        .assign(now - 2 * DAY - 3 * HOUR, Who::Ewa)
        .reply(now - 2 * DAY, Who::Ewa, "Dear Joost,\n\nwith pleasure: eighty pieces at 40 cm come to 4 160 EUR, delivered in two lots. A drawing is on its way.\n\nEwa Nowak, Hyllan")
        .contact(now - 11 * HOUR, Words::from("Thank you Ewa. Can the edge be rounded? Guests walk about in the dark.").html().quoting())
}
