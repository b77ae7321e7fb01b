//! The pages of a survey. What people wrote comes into them as text only, through [`Text`].

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use samtal_model::survey::SURVEY_WORDS_MOST;
use std::fmt::{Display, Formatter, Result as Written, Write};

/// The app's colours and sizes, and what these pages do with them.
pub const STYLE: &str = concat!(include_str!("../../../../../style/tokens.css"), include_str!("page.css"));

/// Its own style, its own form, the icon of its tab, and nothing else: no script and no frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the scores say.
const SCORES: [&str; 5] = ["Very bad", "Bad", "All right", "Good", "Very good"];

/// A form as it was filled in, and what is wrong with it.
#[derive(Default)]
pub struct Form {
    pub score: Option<i64>,
    pub words: String,
    pub score_wrong: Option<String>,
    pub words_wrong: Option<String>,
}

impl Form {
    /// None for what this page's form cannot have sent: an unknown field, or one that is there twice. A score that is no
    /// number is none.
    pub fn read(body: &[u8]) -> Option<Self> {
        let (mut score, mut words) = (None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let place = match &*name {
                "score" => &mut score,
                "words" => &mut words,
                _ => return None,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        let score = score.and_then(|score| score.parse().ok());
        Some(Self { score, words: words.unwrap_or_default(), ..Self::default() })
    }
}

/// Writes what stands between tags, or in an attribute's quotes.
struct Text<'t>(&'t str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A page.
pub struct Page {
    status: StatusCode,
    html: String,
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            // No search engine is to know of a link that somebody has left lying about.
            (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
        ];
        (self.status, headers, self.html).into_response()
    }
}

fn page(status: StatusCode, title: &str, body: impl Display) -> Page {
    let title = Text(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"/favicon.svg\">\n<link rel=\"stylesheet\" href=\"/survey.css\">\n\
         <main>\n<h1>{title}</h1>\n{body}\n</main>\n</html>\n"
    );
    Page { status, html }
}

fn plain(status: StatusCode, title: &str, sentence: &str) -> Page {
    page(status, title, format_args!("<p>{}</p>", Text(sentence)))
}

/// The question.
pub fn ask(status: StatusCode, inbox: &str, form: &Form) -> Page {
    let from = Text(inbox);
    page(
        status,
        "How did we do?",
        format_args!("<p>{from} would like to know how it went.</p>\n{}", fields(form, "Send")),
    )
}

/// What was answered, and a way to change it.
pub fn thanks(inbox: &str, form: &Form) -> Page {
    let score = form.score.and_then(|score| SCORES.get(usize::try_from(score - 1).ok()?)).copied().unwrap_or_default();
    let from = Text(inbox);
    let body = format!(
        "<p>{from} has your answer: <strong>{score}</strong>. You can change it for a day.</p>\n\
         <details>\n<summary>Change my answer</summary>\n{}\n</details>",
        fields(form, "Send again")
    );
    page(StatusCode::OK, "Thank you", body)
}

fn fields(form: &Form, send: &str) -> String {
    let wrong = |id: &str, why: &Option<String>| match why {
        Some(why) => format!("<p class=\"wrong\" id=\"{id}\" role=\"alert\">{}</p>\n", Text(why)),
        None => String::new(),
    };
    let described = |id: &str, why: &Option<String>| match why {
        Some(_) => format!(" aria-describedby=\"{id}\""),
        None => String::new(),
    };
    let mut scores = String::new();
    for (score, word) in (1..).zip(SCORES) {
        let checked = if form.score == Some(score) { " checked" } else { "" };
        // Writing into a String cannot fail.
        let _ = writeln!(
            scores,
            "<label><input type=\"radio\" name=\"score\" value=\"{score}\" required{checked}><b>{score}</b> <span>{word}</span></label>"
        );
    }
    format!(
        "<form method=\"post\" autocomplete=\"off\">\n<fieldset{score_described}>\n<legend>Your score</legend>\n\
         <div class=\"scores\">\n{scores}</div>\n{score_wrong}</fieldset>\n\
         <label class=\"words\" for=\"words\">In a few words <span>if you like, at most {most} characters</span></label>\n\
         <textarea id=\"words\" name=\"words\" rows=\"5\" maxlength=\"{SURVEY_WORDS_MOST}\"{words_described}>\n{words}</textarea>\n\
         {words_wrong}<button>{send}</button>\n</form>",
        score_described = described("score-wrong", &form.score_wrong),
        words_described = described("words-wrong", &form.words_wrong),
        score_wrong = wrong("score-wrong", &form.score_wrong),
        most = "2,000",
        words = Text(&form.words),
        words_wrong = wrong("words-wrong", &form.words_wrong),
    )
}

/// The one answer to every link that is not open.
pub fn gone() -> Page {
    plain(
        StatusCode::NOT_FOUND,
        "This link is not open",
        "It may have been answered, taken back, or be too old. To tell us something, just answer our mail.",
    )
}

pub fn too_many() -> Page {
    let sentence = "Many answers came from where you are. Please try again in a few minutes.";
    plain(StatusCode::TOO_MANY_REQUESTS, "One moment", sentence)
}

pub fn too_long() -> Page {
    let sentence = "At most 2,000 characters are taken. Go back, and shorten what you wrote.";
    plain(StatusCode::PAYLOAD_TOO_LARGE, "This is too long", sentence)
}

pub fn not_this_form() -> Page {
    let sentence = "What came is not what this page asks for. Open the link in our mail once more.";
    plain(StatusCode::BAD_REQUEST, "This was not understood", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_text_in_every_place() {
        let hostile = "</textarea><script>alert(1)</script>\" onload='x' &amp;";
        let form = Form { score: Some(9), words: hostile.into(), ..Form::default() };
        for page in [ask(StatusCode::OK, hostile, &form), thanks(hostile, &form)] {
            assert!(!page.html.contains("<script"), "{}", page.html);
            assert!(!page.html.contains("onload='"), "{}", page.html);
            assert_eq!(page.html.matches("</textarea>").count(), 1);
            assert!(page.html.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)"));
        }
    }

    #[test]
    fn a_form_has_each_of_its_fields_once_and_no_other() {
        let read = Form::read(b"score=4&words=Quick%0D%0Aand+good").expect("a form");
        assert_eq!((read.score, read.words.as_str()), (Some(4), "Quick\r\nand good"));
        assert_eq!(Form::read(b"words=x").expect("a form").score, None);
        assert_eq!(Form::read(b"score=x").expect("a form").score, None);
        for wrong in [&b"score=4&score=5"[..], b"score=4&role=admin", b"{\"score\":4}"] {
            assert!(Form::read(wrong).is_none());
        }
    }

    #[test]
    fn the_limit_said_is_the_limit() {
        assert_eq!(SURVEY_WORDS_MOST, 2_000);
    }
}
