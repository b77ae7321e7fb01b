//! How often one may try to sign in. There are buckets of attempts that fill up again with time: one for each address, one
//! for each account as it is tried from one address, and a larger one for each account wherever it is tried from. So
//! whoever guesses at an account holds off themselves first, and never those who sign in from where they have before.
//!
//! Answers to surveys are counted in the same way.
//!
//! All of it is kept in memory and bounded; an attempt that succeeds gives its tokens back.

use samtal_model::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many attempts at once, and after so many milliseconds one more.
#[derive(Clone, Copy)]
struct Limit {
    burst: f64,
    refill_ms: f64,
}

/// On one account from one address.
const PAIR: Limit = Limit { burst: 10.0, refill_ms: 30_000.0 };
/// From one address: an office shares one.
const ADDRESS: Limit = Limit { burst: 60.0, refill_ms: 5_000.0 };
/// On one account from all addresses where nobody has signed in to it yet.
const ACCOUNT: Limit = Limit { burst: 100.0, refill_ms: 10_000.0 };
/// Answers to surveys from one address: a customer changes their mind, and an office answers more than one.
const ANSWERS: Limit = Limit { burst: 20.0, refill_ms: 30_000.0 };
/// How many of each are remembered. The fullest bucket is forgotten first, and who signed in longest ago.
const REMEMBERED: usize = 10_000;
/// How long an address is known for an account that signed in from it: as long as a session lasts.
const KNOWN_MS: i64 = super::SESSION_LASTS_MS;

/// An account, whoever has it: as long as any, so that a made-up one of a megabyte costs no memory.
type Account = [u8; 32];
type Pair = (Account, Option<IpAddr>);

/// The buckets, and where accounts are known.
#[derive(Default)]
pub struct SignInLimits {
    pairs: Mutex<Buckets<Pair>>,
    addresses: Mutex<Buckets<IpAddr>>,
    accounts: Mutex<Buckets<Account>>,
    known: Mutex<HashMap<Pair, Timestamp>>,
}

impl SignInLimits {
    /// Takes one attempt.
    ///
    /// # Errors
    /// How many seconds to wait for the next.
    pub fn take(&self, account: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        let (account, address) = (digest(account), address.map(network));
        if let Some(address) = address {
            locked(&self.addresses).take(address, ADDRESS, now)?;
        }
        locked(&self.pairs).take((account, address), PAIR, now)?;
        if self.knows((account, address), now) {
            return Ok(());
        }
        locked(&self.accounts).take(account, ACCOUNT, now)
    }

    /// Gives the attempt back: it was the right password. From then on the address is known for this account.
    pub fn give_back(&self, account: &str, address: Option<IpAddr>, now: Timestamp) {
        let (account, address) = (digest(account), address.map(network));
        if let Some(address) = address {
            locked(&self.addresses).give_back(&address, ADDRESS);
        }
        let pair = (account, address);
        locked(&self.pairs).give_back(&pair, PAIR);
        if !self.knows(pair, now) {
            locked(&self.accounts).give_back(&account, ACCOUNT);
        }
        // Of whoever comes from nowhere nothing is known.
        if address.is_some() {
            let mut known = locked(&self.known);
            if !known.contains_key(&pair) && known.len() >= REMEMBERED {
                let oldest = known.iter().min_by_key(|(_, at)| **at).map(|(pair, _)| *pair);
                oldest.and_then(|pair| known.remove(&pair));
            }
            known.insert(pair, now);
        }
    }

    fn knows(&self, pair: Pair, now: Timestamp) -> bool {
        locked(&self.known).get(&pair).is_some_and(|at| now < at.plus_ms(KNOWN_MS))
    }
}

/// How often a survey may be answered from one address: without an account there is nothing else to hold to.
#[derive(Default)]
pub struct AnswerLimits(Mutex<Buckets<Option<IpAddr>>>);

impl AnswerLimits {
    /// Takes one answer. Those that come from nowhere are counted together.
    ///
    /// # Errors
    /// How many seconds to wait for the next.
    pub fn take(&self, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        locked(&self.0).take(address.map(network), ANSWERS, now)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while counting leaves numbers behind, never a broken promise.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn digest(account: &str) -> Account {
    Sha256::digest(account.trim().to_lowercase().as_bytes()).into()
}

/// Whoever has one IPv6 address has the whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        },
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

struct Buckets<K>(HashMap<K, Bucket>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn take(&mut self, key: K, limit: Limit, now: Timestamp) -> Result<(), u64> {
        if !self.0.contains_key(&key) && self.0.len() >= REMEMBERED {
            self.make_room(limit, now);
        }
        let bucket = self.0.entry(key).or_insert(Bucket { left: limit.burst, at: now });
        *bucket = Bucket { left: refilled(bucket, limit, now), at: now };
        if bucket.left < 1.0 {
            let wait_ms = (1.0 - bucket.left) * limit.refill_ms;
            return Err((wait_ms / 1000.0).ceil().max(1.0) as u64);
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn give_back(&mut self, key: &K, limit: Limit) {
        if let Some(bucket) = self.0.get_mut(key) {
            bucket.left = (bucket.left + 1.0).min(limit.burst);
        }
    }

    /// Forgets the full ones, which say nothing; where none is full, the fullest.
    fn make_room(&mut self, limit: Limit, now: Timestamp) {
        self.0.retain(|_, bucket| refilled(bucket, limit, now) < limit.burst);
        if self.0.len() >= REMEMBERED {
            let fullest = self.0.iter().max_by(|a, b| a.1.left.total_cmp(&b.1.left)).map(|(key, _)| key.clone());
            if let Some(key) = fullest {
                self.0.remove(&key);
            }
        }
    }
}

fn refilled(bucket: &Bucket, limit: Limit, now: Timestamp) -> f64 {
    let passed_ms = now.0.saturating_sub(bucket.at.0).max(0) as f64;
    (bucket.left + passed_ms / limit.refill_ms).min(limit.burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn at(address: &str) -> Option<IpAddr> {
        Some(address.parse().expect("an address"))
    }

    #[test]
    fn an_account_waits_after_ten_attempts_from_one_address_and_goes_on_later() {
        let limits = SignInLimits::default();
        for here in [None, at("192.0.2.1")] {
            for _ in 0..10 {
                assert_eq!(limits.take("a@x.test", here, NOW), Ok(()));
            }
            assert_eq!(limits.take(" A@x.test", here, NOW), Err(30));
            assert_eq!(limits.take("b@x.test", here, NOW), Ok(()), "other accounts are not held up");
            assert_eq!(limits.take("a@x.test", here, NOW.plus_ms(30_000)), Ok(()));
            assert!(limits.take("a@x.test", here, NOW.plus_ms(30_000)).is_err());
        }
    }

    #[test]
    fn a_stranger_holds_off_nobody_else() {
        let limits = SignInLimits::default();
        while limits.take("a@x.test", at("192.0.2.1"), NOW).is_ok() {}
        assert_eq!(limits.take("a@x.test", at("192.0.2.2"), NOW), Ok(()));
        // Whoever has a whole network has one address.
        while limits.take("a@x.test", at("2001:db8::1"), NOW).is_ok() {}
        assert!(limits.take("a@x.test", at("2001:db8::2"), NOW).is_err());
    }

    #[test]
    fn many_strangers_hold_off_an_account_but_not_where_it_is_known() {
        let limits = SignInLimits::default();
        let (home, hotel) = (at("198.51.100.7"), at("198.51.100.8"));
        assert_eq!(limits.take("a@x.test", home, NOW), Ok(()));
        limits.give_back("a@x.test", home, NOW);
        let tries = (0..=255).flat_map(|n| [at(&format!("203.0.113.{n}")); 2]);
        let let_through = tries.filter(|stranger| limits.take("a@x.test", *stranger, NOW).is_ok()).count();
        assert_eq!(let_through, 100);
        assert_eq!(limits.take("a@x.test", hotel, NOW), Err(10));
        assert_eq!(limits.take("a@x.test", home, NOW), Ok(()));
        assert!(limits.take("b@x.test", home, NOW).is_ok(), "known for one account it is not for others");
        let later = NOW.plus_ms(KNOWN_MS);
        assert!(!limits.knows((digest("a@x.test"), home), later), "not for ever");
        // There, too, guessing has an end.
        assert_eq!((0..20).filter(|_| limits.take("a@x.test", home, NOW).is_ok()).count(), 9);
    }

    #[test]
    fn an_address_waits_whatever_account_it_tries() {
        let limits = SignInLimits::default();
        for n in 0..60 {
            assert_eq!(limits.take(&format!("{n}@x.test"), at("192.0.2.1"), NOW), Ok(()));
        }
        assert!(limits.take("new@x.test", at("192.0.2.1"), NOW).is_err());
    }

    #[test]
    fn a_right_password_costs_nothing() {
        let limits = SignInLimits::default();
        for here in [None, at("192.0.2.1")] {
            for _ in 0..1000 {
                assert_eq!(limits.take("a@x.test", here, NOW), Ok(()));
                limits.give_back("a@x.test", here, NOW);
            }
        }
    }

    #[test]
    fn a_flood_of_accounts_and_addresses_does_not_fill_the_memory() {
        let limits = SignInLimits::default();
        for n in 0..REMEMBERED + 50 {
            let here = Some(IpAddr::V4((n as u32).into()));
            assert_eq!(limits.take(&n.to_string(), here, NOW), Ok(()));
        }
        assert_eq!(locked(&limits.accounts).0.len(), REMEMBERED);
        assert_eq!(locked(&limits.pairs).0.len(), REMEMBERED);
        assert_eq!(locked(&limits.addresses).0.len(), REMEMBERED);
        for n in 0..REMEMBERED + 5 {
            limits.give_back("a@x.test", Some(IpAddr::V4((n as u32).into())), NOW.plus_ms(n as i64));
        }
        let known = locked(&limits.known);
        assert_eq!(known.len(), REMEMBERED);
        let first = (digest("a@x.test"), Some(IpAddr::V4(0.into())));
        assert!(!known.contains_key(&first), "the oldest is forgotten first");
    }
}
