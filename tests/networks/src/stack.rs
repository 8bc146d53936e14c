//! Room on the stack.

use std::panic::resume_unwind;
use std::thread;

/// Unoptimised, straight-line code keeps each of its variables on the stack. What is not touched of this is only reserved.
const STACK: usize = 256 << 20;

/// Does the work on a thread of its own.
///
/// # Panics
/// As the work does.
pub fn with_a_large_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
