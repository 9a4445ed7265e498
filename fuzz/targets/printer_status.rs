//! Any bytes for the codec of this name in `src/testing/codecs.rs`.

#![no_main]

use kava::testing::codecs::CODECS;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for codec in CODECS.iter().filter(|codec| codec.name == "printer_status") {
        (codec.read)(bytes);
    }
});
