//! Room on the stack.

/// Unoptimised, straight-line code keeps each of its variables on the stack. What is not touched of this is only reserved.
#[cfg(feature = "std")]
const STACK: usize = 256 << 20;

/// Does the work on a thread of its own, where there are threads.
#[cfg(feature = "std")]
pub(super) fn with_a_large_stack<R: Send>(work: impl Fn() -> R + Sync) -> R {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("gradient check".into()).stack_size(STACK).spawn_scoped(scope, &work);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No threads on this machine, or no such room.
            Err(_) => work(),
        }
    })
}

#[cfg(not(feature = "std"))]
pub(super) fn with_a_large_stack<R>(work: impl Fn() -> R) -> R {
    work()
}
