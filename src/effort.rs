//! Floor 0: how much has been done, for those who wait, and when a search has to end. Nothing here changes an answer, except
//! that a search whose time is over leaves it open.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

static LEAVES: AtomicU64 = AtomicU64::new(0);
static POLYNOMIALS: AtomicU64 = AtomicU64::new(0);
static RAYS: AtomicU64 = AtomicU64::new(0);
static EXPECTED_RAYS: AtomicU64 = AtomicU64::new(0);

/// What this process has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Leaves of proof trees.
    pub leaves: u64,
    /// Polynomials that were looked at.
    pub polynomials: u64,
    /// Rays that were tested.
    pub rays: u64,
    /// Of how many, in the searches that were begun.
    pub expected_rays: u64,
}

/// What this process has done so far.
pub fn work() -> Work {
    let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Work { leaves: of(&LEAVES), polynomials: of(&POLYNOMIALS), rays: of(&RAYS), expected_rays: of(&EXPECTED_RAYS) }
}

/// A leaf is done.
pub(crate) fn leaf() {
    LEAVES.fetch_add(1, Ordering::Relaxed);
}

/// A polynomial is looked at.
pub(crate) fn polynomial() {
    POLYNOMIALS.fetch_add(1, Ordering::Relaxed);
}

/// A search through so many rays begins.
pub(crate) fn expect_rays(count: u64) {
    // What is beyond all bounds will not be waited for.
    if count < 1 << 50 {
        EXPECTED_RAYS.fetch_add(count, Ordering::Relaxed);
    }
}

/// So many rays are done.
pub(crate) fn rays(count: usize) {
    RAYS.fetch_add(count as u64, Ordering::Relaxed);
}

thread_local! {
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Does some work on this thread, which [`is_over`] tells when to give up. Searches that are bounded by work instead of an
/// [`Options`](crate::kink::Options) of their own ask it; they don't leave the thread.
pub fn until<T>(deadline: Option<Instant>, work: impl FnOnce() -> T) -> T {
    struct Before(Option<Instant>);
    impl Drop for Before {
        fn drop(&mut self) {
            END.set(self.0);
        }
    }
    let _before = Before(END.replace(deadline));
    work()
}

/// Whether the time of the work on this thread is over.
pub fn is_over() -> bool {
    END.get().is_some_and(|end| Instant::now() >= end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_deadline_holds_for_its_work_and_no_other() {
        assert!(!is_over());
        let past = Instant::now().checked_sub(Duration::from_millis(1));
        let future = Instant::now() + Duration::from_secs(3600);
        let found = until(past, || {
            let inner = until(Some(future), is_over);
            let free = until(None, is_over);
            let elsewhere = std::thread::spawn(is_over).join().unwrap();
            [is_over(), inner, free, elsewhere, is_over()]
        });
        assert_eq!(found, [past.is_some(), false, false, false, past.is_some()]);
        assert!(!is_over());
        let _ = std::panic::catch_unwind(|| until(past, || panic!("in the work")));
        assert!(!is_over());
    }
}
