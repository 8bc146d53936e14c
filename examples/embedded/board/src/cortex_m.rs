//! A Cortex-M that talks to its debugger, or to an emulator, by semihosting.

use core::arch::asm;

fn call(number: u32, argument: usize) {
    // SAFETY: the two calls below read at most the byte that their argument points to, and change nothing.
    unsafe { asm!("bkpt #0xab", inout("r0") number => _, in("r1") argument, options(nostack)) };
}

pub fn say(byte: u8) {
    call(0x03, &raw const byte as usize);
}

// SAFETY: no other symbol has this name.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    super::report();
    call(0x18, 0x20026);
    loop {}
}
