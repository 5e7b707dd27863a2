//! Gzipped certificates (RFC 1952): files whose names end in `.gz`, as `gzip` writes them.

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};
use std::io::{Read, Write};

/// Why gzipped data isn't read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It holds more than the limit.
    #[error("inflates to more than {0} bytes; --max-input allows more")]
    TooLarge(u64),
    /// It isn't gzipped, ends too early, or is damaged.
    #[error("the name ends in .gz, but this isn't whole gzip data: {0}")]
    Broken(String),
    /// Something follows: a second member, or anything else.
    #[error("{0} bytes follow the gzip data; one member is read")]
    Trailing(usize),
}

impl Unreadable {
    /// The code of docs/certificate.md.
    pub fn code(&self) -> &'static str {
        match self {
            Unreadable::TooLarge(_) => "limit",
            Unreadable::Broken(_) | Unreadable::Trailing(_) => "gzip",
        }
    }
}

/// A certificate, gzipped: one member without name and time, so that the same text gives the same bytes.
///
/// # Panics
/// Never: memory takes every byte.
pub fn compress(certificate: &str) -> Vec<u8> {
    // 255: no operating system is named. Nothing but the text is to have a say.
    let mut member = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::best());
    member.write_all(certificate.as_bytes()).and_then(|()| member.finish()).expect("memory takes every byte")
}

/// What gzipped data holds, if that is at most `limit` bytes. Beyond it nothing is inflated: cost and memory are those
/// of `limit`, whatever the data promises.
///
/// # Errors
/// If it holds more, isn't one whole gzip member with the right checksum, or something follows.
pub fn inflate(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Unreadable> {
    let mut member = GzDecoder::new(bytes);
    let mut text = Vec::new();
    let read = member.by_ref().take(limit.saturating_add(1)).read_to_end(&mut text);
    if text.len() as u64 > limit {
        return Err(Unreadable::TooLarge(limit));
    }
    read.map_err(|error| Unreadable::Broken(error.to_string()))?;
    match member.into_inner() {
        [] => Ok(text),
        rest => Err(Unreadable::Trailing(rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        for text in ["", "{}", &"certificate ".repeat(100_000)] {
            let gzipped = compress(text);
            let limit = text.len() as u64;
            assert_eq!(inflate(&gzipped, limit).as_deref(), Ok(text.as_bytes()));
            if limit > 0 {
                assert_eq!(inflate(&gzipped, limit - 1), Err(Unreadable::TooLarge(limit - 1)));
            }
        }
    }

    #[test]
    fn the_bytes_are_those_of_every_machine() {
        // Header without flags, time or system; "{}" stored in a fixed block; checksum and length.
        let expected = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0];
        assert_eq!(compress("{}"), expected);
    }

    #[test]
    fn every_cut_and_every_changed_byte_of_the_data_is_refused() {
        let text = r#"{"format": "relucert.certificate/1", "id": "a"}"#;
        let gzipped = compress(text);
        for length in 0..gzipped.len() {
            assert!(matches!(inflate(&gzipped[..length], 100), Err(Unreadable::Broken(_))), "{length}");
        }
        // Bytes 4 to 9 of the header say when, how well and where it was made: nothing.
        for place in (0..4).chain(10..gzipped.len()) {
            let mut spoilt = gzipped.clone();
            spoilt[place] ^= 0x20;
            assert_ne!(inflate(&spoilt, 100).as_deref(), Ok(text.as_bytes()), "{place}");
        }
    }

    #[test]
    fn a_second_member_is_refused() {
        let twice = [compress("{"), compress("}")].concat();
        assert_eq!(inflate(&twice, 100), Err(Unreadable::Trailing(compress("}").len())));
        assert_eq!(inflate(&[compress("{}"), vec![0]].concat(), 100), Err(Unreadable::Trailing(1)));
    }
}
