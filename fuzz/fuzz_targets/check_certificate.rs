#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    relucert_fuzz::check_certificate(bytes);
});
