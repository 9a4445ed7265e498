//! Bytes that no device should send: every codec takes them without a panic. Messages are cut at every byte, hold
//! garbage at every byte, are doubled and mixed with others; then come random ones. `KAVA_BYTES=1000000` tries more,
//! `KAVA_SEED` others; `fuzz/` looks for them with coverage.

#![cfg(feature = "edge")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use kava::testing::codecs::{CODECS, Codec};
use kava::testing::random::Random;

/// Random messages for each codec.
const MESSAGES: u64 = 3_000;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |number| number.parse().unwrap())
}

fn byte(random: &mut Random) -> u8 {
    u8::try_from(random.between(0, 255)).unwrap()
}

fn place(random: &mut Random, length: usize) -> usize {
    usize::try_from(random.between(0, i64::try_from(length).unwrap())).unwrap()
}

/// Garbage at every byte, and an end at every byte.
fn spoil(codec: &Codec, random: &mut Random) {
    for at in 0..codec.good.len() {
        (codec.read)(&codec.good[..at]);
        for garbage in [0, 0xff, b'"', b'}', b'9', byte(random)] {
            let mut bytes = codec.good.to_vec();
            bytes[at] = garbage;
            (codec.read)(&bytes);
            bytes.insert(at, garbage);
            (codec.read)(&bytes);
        }
    }
}

/// A message with a piece of another one in it, or nothing but noise.
fn mixed(codec: &Codec, random: &mut Random) -> Vec<u8> {
    let mut bytes = if random.once_in(4) {
        let length = random.between(0, 700);
        (0..length).map(|_| byte(random)).collect()
    } else {
        codec.good.repeat(usize::try_from(random.between(1, 3)).unwrap())
    };
    let other = random.pick(&CODECS).unwrap().good;
    let (from, to) = (place(random, other.len()), place(random, other.len()));
    let at = place(random, bytes.len());
    bytes.splice(at..at, other[from.min(to)..from.max(to)].iter().copied());
    for _ in 0..random.between(0, 4) {
        let at = place(random, bytes.len());
        bytes.insert(at, byte(random));
    }
    bytes.truncate(place(random, bytes.len()).max(bytes.len() / 2));
    bytes
}

#[test]
fn no_codec_panics_whatever_comes() {
    let seed = number("KAVA_SEED", 1);
    let mut random = Random::new(seed);
    for codec in &CODECS {
        spoil(codec, &mut random);
        // Huge, empty, and one byte over and over.
        for bytes in
            [Vec::new(), vec![b'9'; 200_000], vec![b'['; 200_000], vec![0; 70_000], vec![0xff; 70_000]]
        {
            (codec.read)(&bytes);
        }
        for nth in 0..number("KAVA_BYTES", MESSAGES) {
            let bytes = mixed(codec, &mut random);
            let read = std::panic::catch_unwind(|| (codec.read)(&bytes));
            assert!(read.is_ok(), "{}, seed {seed}, message {nth}: {bytes:?}", codec.name);
        }
    }
}

#[test]
fn every_codec_has_a_target_that_looks_further() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz");
    let manifest = std::fs::read_to_string(format!("{folder}/Cargo.toml")).unwrap();
    for codec in &CODECS {
        let target = std::fs::read_to_string(format!("{folder}/targets/{}.rs", codec.name)).unwrap();
        assert!(target.contains(&format!("\"{}\"", codec.name)), "{}", codec.name);
        assert!(manifest.contains(&format!("name = \"{}\"", codec.name)), "{}", codec.name);
    }
}
