//! Runs the example and says in hexadecimal what came of it, as `embedded bits` does on the host.
#![no_std]
#![no_main]

#[cfg(target_arch = "arm")]
#[path = "cortex_m.rs"]
mod machine;
#[cfg(target_arch = "wasm32")]
#[path = "wasm.rs"]
mod machine;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

fn report() {
    let memory = embedded::MEMORY.try_take();
    match memory.and_then(|memory| embedded::run(memory, embedded::STEPS).ok()) {
        Some(outcome) => {
            let number = u128::from(outcome.loss.to_bits()) << 64 | u128::from(outcome.checksum);
            for place in (0..24).rev() {
                let digit = (number >> (4 * place)) as u8 & 15;
                machine::say(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
            }
        }
        None => machine::say(b'?'),
    }
    machine::say(b'\n');
}
