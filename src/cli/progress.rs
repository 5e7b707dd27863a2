//! What is going on, for those who wait: on standard error if that is a terminal, after a second.

use crate::effort::{Work, work};
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What takes less than this is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(150);

/// A line that says how much is done. It disappears when it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    instances: Arc<AtomicUsize>,
    /// Dropped, it ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Nothing is shown if it is `quiet`, or if standard error is no terminal.
    pub(super) fn start(quiet: bool) -> Progress {
        let (bar, instances) = (ProgressBar::hidden(), Arc::new(AtomicUsize::new(0)));
        if quiet || ProgressDrawTarget::stderr().is_hidden() {
            return Progress { bar, instances, stop: None, thread: None };
        }
        set_shown(Some(bar.clone()));
        let (stop, stopped) = channel();
        let (shown, done, before) = (bar.clone(), Arc::clone(&instances), work());
        let thread = std::thread::spawn(move || {
            if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            shown.set_style(
                ProgressStyle::with_template("{spinner} {elapsed}{msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            shown.set_draw_target(ProgressDrawTarget::stderr());
            loop {
                shown.set_message(words(done.load(Ordering::Relaxed), before, work()));
                shown.tick();
                if stopped.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        });
        Progress { bar, instances, stop: Some(stop), thread: Some(thread) }
    }

    /// One more instance is decided.
    pub(super) fn instance_done(&self) {
        self.instances.fetch_add(1, Ordering::Relaxed);
    }
}

/// The line that is shown, for those who print something in between.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Prints something while no line is shown.
pub(super) fn aside<T>(print: impl FnOnce() -> T) -> T {
    // Nobody panics while holding it; if so, what is printed counts more.
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match shown {
        Some(bar) => bar.suspend(print),
        None => print(),
    }
}

fn set_shown(bar: Option<ProgressBar>) {
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
        set_shown(None);
    }
}

/// `, 3 instances decided, 12,000 leaves of proofs, 40,000 of 1,000,000 rays`: what is not there is not said. How many leaves a
/// proof will have is not known; how many rays there are is, but the first negative one ends a search.
fn words(instances: usize, before: Work, now: Work) -> String {
    let mut text = String::new();
    if instances > 0 {
        text.push_str(&format!(", {instances} instance{} decided", if instances == 1 { "" } else { "s" }));
    }
    let leaves = now.leaves - before.leaves;
    if leaves > 0 {
        text.push_str(&format!(", {} lea{} of proofs", HumanCount(leaves), if leaves == 1 { "f" } else { "ves" }));
    }
    let polynomials = now.polynomials - before.polynomials;
    if polynomials > 0 {
        text.push_str(&format!(", {} polynomial{}", HumanCount(polynomials), if polynomials == 1 { "" } else { "s" }));
    }
    let (rays, expected) = (now.rays - before.rays, now.expected_rays - before.expected_rays);
    if rays > 0 {
        text.push_str(&format!(", {} of at most {} rays", HumanCount(rays), HumanCount(expected.max(rays))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_not_said() {
        let work = |leaves, rays, expected_rays| Work { leaves, polynomials: rays, rays, expected_rays };
        assert_eq!(words(0, work(5, 0, 0), work(5, 0, 0)), "");
        assert_eq!(words(1, work(5, 0, 0), work(6, 0, 0)), ", 1 instance decided, 1 leaf of proofs");
        assert_eq!(
            words(2, work(0, 7, 7), work(12_000, 107, 1_000_007)),
            ", 2 instances decided, 12,000 leaves of proofs, 100 polynomials, 100 of at most 1,000,000 rays"
        );
        // What several forms need is added up; one that is begun while this is read may not be there yet.
        assert_eq!(words(0, work(0, 0, 0), work(0, 3, 0)), ", 3 polynomials, 3 of at most 3 rays");
    }
}
