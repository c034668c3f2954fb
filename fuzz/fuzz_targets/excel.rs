#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| attain_fuzz::excel(bytes));
