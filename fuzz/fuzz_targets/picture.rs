//! Files that say they are pictures: made anew within the bounds, or refused; never a panic, nothing larger than it may be, and
//! no more memory than its cost says before anything is decoded.
#![no_main]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

/// No picture may take more, whatever it is.
const COST_MAX: u64 = 96 * 1024 * 1024;

static HELD: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, with a count of what is held and of the most that was.
struct Counting;

impl Counting {
    fn add(bytes: usize) {
        let held = HELD.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        PEAK.fetch_max(held, Ordering::Relaxed);
    }
}

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

libfuzzer_sys::fuzz_target!(|sent: &[u8]| {
    let before = HELD.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let cost = daybook::media::pictures::cost(sent);
    let made = daybook::media::pictures::make(sent.to_vec());
    let peak = PEAK.load(Ordering::Relaxed) - before;
    let most = cost.map_or(COST_MAX, |cost| cost.min(COST_MAX));
    assert!(peak <= most, "{peak} bytes, where {cost:?} were expected");
    if let Ok(made) = made {
        for file in std::iter::once(&made.whole).chain(&made.sizes) {
            assert!(file.width > 0 && file.height > 0);
        }
    }
});
