//! WebAssembly: the host hands in the function `say`.

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "say"]
    safe fn host_say(byte: u32);
}

pub fn say(byte: u8) {
    host_say(byte.into());
}

// SAFETY: no other symbol has this name.
#[unsafe(no_mangle)]
extern "C" fn run() {
    super::report();
}
