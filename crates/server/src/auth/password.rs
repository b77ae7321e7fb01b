//! Hashing and checking passwords with argon2id. It costs time and memory on purpose, so one thread of its own does it,
//! one at a time: a flood of sign-ins neither holds up other requests nor takes the memory.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use samtal_model::Refusal;
use samtal_model::refusal::Invalid;
use std::sync::{LazyLock, mpsc};
use tokio::sync::oneshot;

/// The shortest password that is taken, in characters.
pub const PASSWORD_LEAST: usize = 8;
/// The longest, in characters: hashing a novel is a way to keep a server busy.
const PASSWORD_MOST: usize = 1000;
/// Memory in KiB, passes and lanes: of OWASP's equal sets the one with the most memory. Smaller blocks would be kept
/// by the allocator for ever; ones beyond 32 MiB are mapped for the moment and given back.
const COST: (u32, u32, u32) = (46 * 1024, 1, 1);
/// Who waits for a turn at the most; more are turned away.
const WAITING: usize = 256;

/// What an unknown account's password is compared with, so that it takes as long as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

type Job = Box<dyn FnOnce() + Send>;

/// Hashes and checks, one at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: mpsc::SyncSender<Job>,
}

impl Default for Passwords {
    fn default() -> Self {
        let (turns, jobs) = mpsc::sync_channel::<Job>(WAITING);
        // It ends when the last handle is gone.
        std::thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        Self { turns }
    }
}

impl Passwords {
    /// Whether a password may be set at all.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names the field `password`.
    pub fn acceptable(password: &str) -> Result<(), Refusal> {
        let why = match password.chars().count() {
            length if length < PASSWORD_LEAST => Invalid::TooShort { least: PASSWORD_LEAST },
            length if length > PASSWORD_MOST => Invalid::TooLong { most: PASSWORD_MOST },
            _ => return Ok(()),
        };
        Err(Refusal::Invalid { field: "password", why })
    }

    /// The hash to keep, as a PHC string with a salt of its own.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub async fn hash(&self, password: String) -> Result<String, std::io::Error> {
        self.in_turn(move || hash_now(&password)).await?
    }

    /// Whether `password` is the one that was hashed. Where there is no hash the work is the same and the answer no.
    ///
    /// # Errors
    /// If the server is stopping.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, std::io::Error> {
        self.in_turn(move || {
            let known = hash.is_some();
            // A password nobody can have set is refused before it is hashed, known account or not.
            if password.chars().count() > PASSWORD_MOST {
                return false;
            }
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let Ok(hash) = PasswordHash::new(&hash) else { return false };
            argon2().verify_password(password.as_bytes(), &hash).is_ok() && known
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, std::io::Error> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || drop(answer.send(work())));
        self.turns.try_send(job).map_err(|_| std::io::Error::other("too many passwords wait to be checked"))?;
        answered.await.map_err(std::io::Error::other)
    }
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Result<String, std::io::Error> {
    argon2()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| std::io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert!(passwords.matches("correct horse".into(), Some(hash.clone())).await.expect("checks"));
        assert!(!passwords.matches("wrong horse".into(), Some(hash)).await.expect("checks"));
    }

    #[tokio::test]
    async fn nobody_has_the_password_of_nobody() {
        let passwords = Passwords::default();
        assert!(!passwords.matches("nobody has this password".into(), None).await.expect("checks"));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(Passwords::acceptable("1234567").is_err());
        assert!(Passwords::acceptable("12345678").is_ok());
        assert!(Passwords::acceptable(&"x".repeat(1001)).is_err());
    }
}
