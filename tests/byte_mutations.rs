//! Files that nobody would write: seeds of the fuzz targets, mutated. Neither reader nor checker panics or hangs, both
//! read the same instances, and whatever is verified is true.
//!
//! `RELUCERT_SEED` and `RELUCERT_MUTATIONS` set another seed and another number of files for each target.

mod common;
#[allow(unreachable_pub)]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use common::mutate::mutate;
use common::random::setting;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// No file of the size that is tried here takes nearly as long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Since when a target works on which file.
type Work = (Instant, Vec<u8>);

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");
    let mut paths: Vec<_> =
        std::fs::read_dir(format!("{folder}/{target}")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Ends the process, with the file shown, if a target works on it for too long.
fn watch(current: Arc<Mutex<Option<Work>>>) {
    std::thread::spawn(move || {
        while Arc::strong_count(&current) > 1 {
            std::thread::sleep(Duration::from_millis(200));
            if let Ok(now) = current.lock()
                && let Some((since, file)) = now.as_ref()
                && since.elapsed() > PATIENCE
            {
                eprintln!("not done after {PATIENCE:?}: {}", file.escape_ascii());
                std::process::exit(101);
            }
        }
    });
}

fn run(name: &str, target: fn(&[u8]) -> &'static str, good: &str, count: u64) {
    let (seed, count) = (setting("RELUCERT_SEED", 20_260), setting("RELUCERT_MUTATIONS", count));
    println!("{name}: seed {seed}, {count} files");
    let seeds = seeds(name);
    for file in &seeds {
        assert_eq!(target(file), good, "{}", file.escape_ascii());
    }
    let current = Arc::new(Mutex::new(None));
    watch(Arc::clone(&current));
    let mut tally: BTreeMap<&str, u64> = BTreeMap::new();
    for case in 0..count {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(case);
        let mut file = seeds[random.random_range(0..seeds.len())].clone();
        mutate(&mut file, &seeds, &mut random);
        *current.lock().unwrap() = Some((Instant::now(), file.clone()));
        let word = catch_unwind(AssertUnwindSafe(|| target(&file))).unwrap_or_else(|panic| {
            eprintln!("{name}, seed {seed}, case {case}: {}", file.escape_ascii());
            resume_unwind(panic)
        });
        *tally.entry(word).or_default() += 1;
    }
    *current.lock().unwrap() = None;
    println!("{name}: {tally:?}");
    let accepted = tally.get(good).copied().unwrap_or_default();
    assert!(30 * accepted > count && 2 * accepted < count, "the mutator has become too wild or too tame: {tally:?}");
}

#[test]
fn read_instance() {
    run("read_instance", targets::read_instance, "read", 8_000);
}

#[test]
fn check_certificate() {
    run("check_certificate", targets::check_certificate, "verified", 4_000);
}

#[test]
fn check_both() {
    run("check_both", targets::check_both, "verified", 2_500);
}
