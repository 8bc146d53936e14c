//! Generated code of random programs beside the interpreter.

include!(concat!(env!("OUT_DIR"), "/group_5.rs"));
