//! The mail that asks a contact how it went (D5): its words, and the token in its link. Who is asked is the rules' to say.

use crate::store;
use sha2::{Digest, Sha256};

/// Bytes of a token: 160 bits, which nobody guesses.
const TOKEN_BYTES: usize = 20;

/// Random, in hexadecimal. It stands in the mail and nowhere else.
///
/// # Errors
/// A system without random numbers.
pub fn fresh_token() -> Result<String, store::Error> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(store::Error::NoChance)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the store knows of a token, if it has the form of one.
#[must_use]
pub fn token_hash(token: &str) -> Option<[u8; 32]> {
    let formed = token.len() == 2 * TOKEN_BYTES && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    formed.then(|| Sha256::digest(token.as_bytes()).into())
}

/// The mail to who is called `name`, if they have told. What the team calls the ticket is not told: it may have been
/// written for the team.
#[must_use]
pub fn letter(name: &str, origin: &str, token: &str) -> String {
    let name = name.trim();
    let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
    format!(
        "{greeting}\n\nWe have closed your case. How did we do?\n\nA score is enough, and a few words help us:\n\
         {origin}/survey/{token}\n\nThe link works for 60 days. Is something still open? Then just answer this mail."
    )
}

#[cfg(test)]
mod tests {
    use super::{fresh_token, letter, token_hash};

    #[test]
    fn every_token_is_another_and_known_by_its_form() {
        let (one, other) = (fresh_token().expect("chance"), fresh_token().expect("chance"));
        assert_ne!(one, other);
        assert_ne!(token_hash(&one), token_hash(&other));
        assert!(token_hash(&one).is_some());
        for wrong in ["", "1", &one[1..], &format!("{one}0"), &one.replace(|_: char| true, "g"), &"A".repeat(one.len())]
        {
            assert_eq!(token_hash(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_letter_greets_by_name_where_there_is_one() {
        assert!(letter("Maja Berg", "https://x.test", "aa").starts_with("Hello Maja Berg,\n"));
        assert!(letter(" ", "https://x.test", "aa").starts_with("Hello,\n"));
        assert!(letter("", "https://x.test", "aa").contains("\nhttps://x.test/survey/aa\n"));
    }
}
