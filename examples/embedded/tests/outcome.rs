//! The weights in flash are good, and training in memory makes up for what was changed.

use embedded::{MEMORY, STEPS};

#[test]
fn learns_where_it_is() {
    let outcome = embedded::run(MEMORY.take(), STEPS).expect("finite readings");
    assert!(outcome.delivered >= 195 && outcome.remounted <= 100 && outcome.trained >= 190, "{outcome:?}");
}
