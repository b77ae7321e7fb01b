//! How often one may try to sign in: a bucket of attempts for each account and each address, which fills up again
//! with time. Kept in memory and bounded; an attempt that succeeds gives its token back.

use samtal_model::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;

/// Attempts on one account before it waits.
const ACCOUNT_BURST: f64 = 10.0;
/// Milliseconds until an account gets one more.
const ACCOUNT_REFILL_MS: f64 = 30_000.0;
/// Attempts from one address before it waits: an office shares one.
const ADDRESS_BURST: f64 = 60.0;
/// Milliseconds until an address gets one more.
const ADDRESS_REFILL_MS: f64 = 5_000.0;
/// How many accounts, and how many addresses, are remembered. The fullest bucket is forgotten first.
const REMEMBERED: usize = 10_000;

/// The buckets.
#[derive(Default)]
pub struct SignInLimits {
    accounts: Mutex<Buckets<String>>,
    addresses: Mutex<Buckets<IpAddr>>,
}

impl SignInLimits {
    /// Takes one attempt.
    ///
    /// # Errors
    /// How many seconds to wait for the next.
    pub fn take(&self, account: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        if let Some(address) = address {
            locked(&self.addresses).take(network(address), ADDRESS_BURST, ADDRESS_REFILL_MS, now)?;
        }
        locked(&self.accounts).take(folded(account), ACCOUNT_BURST, ACCOUNT_REFILL_MS, now)
    }

    /// Gives the attempt back: it was the right password.
    pub fn give_back(&self, account: &str, address: Option<IpAddr>) {
        if let Some(address) = address {
            locked(&self.addresses).give_back(&network(address), ADDRESS_BURST);
        }
        locked(&self.accounts).give_back(&folded(account), ACCOUNT_BURST);
    }
}

fn locked<K>(buckets: &Mutex<Buckets<K>>) -> std::sync::MutexGuard<'_, Buckets<K>> {
    // A panic while counting leaves numbers behind, never a broken promise.
    buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Cut short, so that a made-up account of a megabyte costs no memory.
fn folded(account: &str) -> String {
    account.trim().chars().take(200).collect::<String>().to_lowercase()
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
    fn take(&mut self, key: K, burst: f64, refill_ms: f64, now: Timestamp) -> Result<(), u64> {
        if !self.0.contains_key(&key) && self.0.len() >= REMEMBERED {
            self.make_room(burst, refill_ms, now);
        }
        let bucket = self.0.entry(key).or_insert(Bucket { left: burst, at: now });
        *bucket = Bucket { left: refilled(bucket, burst, refill_ms, now), at: now };
        if bucket.left < 1.0 {
            let wait_ms = (1.0 - bucket.left) * refill_ms;
            return Err((wait_ms / 1000.0).ceil().max(1.0) as u64);
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn give_back(&mut self, key: &K, burst: f64) {
        if let Some(bucket) = self.0.get_mut(key) {
            bucket.left = (bucket.left + 1.0).min(burst);
        }
    }

    /// Forgets the full ones, which say nothing; where none is full, the fullest.
    fn make_room(&mut self, burst: f64, refill_ms: f64, now: Timestamp) {
        self.0.retain(|_, bucket| refilled(bucket, burst, refill_ms, now) < burst);
        if self.0.len() >= REMEMBERED {
            let fullest = self.0.iter().max_by(|a, b| a.1.left.total_cmp(&b.1.left)).map(|(key, _)| key.clone());
            if let Some(key) = fullest {
                self.0.remove(&key);
            }
        }
    }
}

fn refilled(bucket: &Bucket, burst: f64, refill_ms: f64, now: Timestamp) -> f64 {
    let passed_ms = now.0.saturating_sub(bucket.at.0).max(0) as f64;
    (bucket.left + passed_ms / refill_ms).min(burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn an_account_waits_after_ten_attempts_and_goes_on_later() {
        let limits = SignInLimits::default();
        for _ in 0..10 {
            assert_eq!(limits.take("a@x.test", None, NOW), Ok(()));
        }
        assert_eq!(limits.take(" A@x.test", None, NOW), Err(30));
        assert_eq!(limits.take("b@x.test", None, NOW), Ok(()), "other accounts are not held up");
        assert_eq!(limits.take("a@x.test", None, NOW.plus_ms(30_000)), Ok(()));
        assert!(limits.take("a@x.test", None, NOW.plus_ms(30_000)).is_err());
    }

    #[test]
    fn an_address_waits_whatever_account_it_tries() {
        let limits = SignInLimits::default();
        let address = Some("192.0.2.1".parse().expect("an address"));
        for n in 0..60 {
            assert_eq!(limits.take(&format!("{n}@x.test"), address, NOW), Ok(()));
        }
        assert!(limits.take("new@x.test", address, NOW).is_err());
    }

    #[test]
    fn a_right_password_costs_nothing() {
        let limits = SignInLimits::default();
        for _ in 0..1000 {
            assert_eq!(limits.take("a@x.test", None, NOW), Ok(()));
            limits.give_back("a@x.test", None);
        }
    }

    #[test]
    fn a_flood_of_accounts_does_not_fill_the_memory() {
        let limits = SignInLimits::default();
        for n in 0..REMEMBERED + 50 {
            assert_eq!(limits.take(&n.to_string(), None, NOW), Ok(()));
        }
        assert_eq!(locked(&limits.accounts).0.len(), REMEMBERED);
    }
}
