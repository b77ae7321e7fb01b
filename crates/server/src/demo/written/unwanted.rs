//! Spam, and what was thrown away.

use super::super::story::{DAY, HOUR, Step, Story, Who, Words};

pub(super) fn all(now: i64) -> Vec<Story> {
    let spam = |mut story: Story| {
        story.spam = true;
        story
    };
    vec![
        spam(Story::mail("International Lottery Board", "winner@lottery.example", "CONGRATULATIONS you have WON 2.500.000 EUR").contact(
            now - 14 * HOUR,
            Words::from("Dear lucky beneficiary,\n\nyour e-mail address was drawn from a basket of 91 million. To claim your prize of 2.500.000 EUR kindly send name, age and the colour of your front door.\n\nBarrister Goodwin").html(),
        )),
        spam(
            Story::mail("SEO Rocket", "boost@seorocket.example", "Rank #1 on every search engine by Monday")
                .contact(now - 2 * DAY, "Hi webmaster, I was on your website and found 47 critical errors. For only 99 EUR we fix all. Shall I send the report?"),
        ),
        spam(
            Story::mail("Bank Security", "alert@bank-security.example", "Your account will be closed").contact(
                now - 3 * DAY,
                Words::from("We noticed unusual activity. Confirm your account within 24 hours.").own_html(
                    "<div style=\"font-family:Arial\"><h2 style=\"color:#b00020\">Unusual activity</h2><p>Confirm your account within 24 hours: \
                     <a href=\"https://bank-security.example/confirm\">www.your-bank.example</a></p><form action=\"https://bank-security.example/steal\">\
                     <input name=\"pin\" placeholder=\"PIN\"><button>Confirm</button></form><script>alert('gotcha')</script>\
                     <img src=\"https://bank-security.example/pixel.gif\" width=\"1\" height=\"1\"></div>",
                ),
            ),
        ),
        Story::mail("Vendor of pallets", "pallets@pallpartner.example", "Pallets, pallets, pallets")
            .contact(now - 6 * DAY, "Good day, do you need pallets? We have many pallets. Used, new, painted.")
            .at(now - 6 * DAY + 2 * HOUR, Step::Trash(Who::Jonas)),
        Story::mail("Astrid Dahl", "astrid.dahl@post.example", "Fel adressat")
            .contact(now - 4 * DAY, "Hej, det här mejlet skulle till min syster. Bortse från det, tack!\n\nAstrid")
            .reply(now - 4 * DAY + HOUR, Who::Anna, "Hej Astrid! Ingen fara, vi slänger det. Hälsa din syster!\n\nAnna")
            .at(now - 4 * DAY + 2 * HOUR, Step::Trash(Who::Anna)),
    ]
}
