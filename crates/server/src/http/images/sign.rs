//! Signatures of pictures' addresses: whoever asks for a picture shows by it that we named it to them in the body of
//! that message, so that nothing has to be looked up in the mail again.

use crate::store::Secret;
use hmac::{Hmac, Mac};
use samtal_model::MessageId;
use sha2::Sha256;

/// What stands before all that is signed, so that a signature of anything else is none of a picture.
const WHAT: &[u8] = b"a picture of a message\0";

/// The signature of `url` as a picture of `message`, in hexadecimal.
pub(super) fn sign(secret: &Secret, message: MessageId, url: &str) -> String {
    let signature = mac(secret, message, url).finalize().into_bytes();
    signature.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `signature` is that of `url` as a picture of `message`. It takes as long for one that is nearly right.
pub(super) fn is_signed(secret: &Secret, message: MessageId, url: &str, signature: &str) -> bool {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = signature.as_bytes().chunks(2).map(byte).collect();
    bytes.is_some_and(|bytes| mac(secret, message, url).verify_slice(&bytes).is_ok())
}

fn mac(secret: &Secret, message: MessageId, url: &str) -> Hmac<Sha256> {
    // A key is filled up with zeros to the length of a block in any case.
    let mut key = [0_u8; 64];
    key[..32].copy_from_slice(secret.bytes());
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(WHAT);
    mac.update(&message.0.to_be_bytes());
    mac.update(url.as_bytes());
    mac
}
