//! Every sixth program, roughly: see `build.rs`.

include!(concat!(env!("OUT_DIR"), "/group_4.rs"));
