//! An allocator that counts, thread by thread and in all, what is asked of it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

/// Of all threads together.
static ALL_CALLS: AtomicU64 = AtomicU64::new(0);

/// Passes everything on to the system's allocator and counts it.
#[derive(Clone, Copy, Debug)]
pub struct Counting;

fn count() {
    // A thread that ends has no counter any more; what it does then is not in a test.
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
    ALL_CALLS.fetch_add(1, Ordering::Relaxed);
}

// SAFETY: every method is the system allocator's own, with the caller's arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps what `GlobalAlloc::alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps what `GlobalAlloc::alloc_zeroed` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps what `GlobalAlloc::realloc` asks for.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps what `GlobalAlloc::dealloc` asks for.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How often `work` allocates, grows or frees, on this thread.
pub fn allocations<R>(work: impl FnOnce() -> R) -> (R, u64) {
    let before = CALLS.get();
    let result = work();
    (result, CALLS.get() - before)
}

/// How often any thread allocates, grows or frees while `work` runs.
pub fn allocations_of_all<R>(work: impl FnOnce() -> R) -> (R, u64) {
    let before = ALL_CALLS.load(Ordering::Relaxed);
    let result = work();
    (result, ALL_CALLS.load(Ordering::Relaxed) - before)
}
