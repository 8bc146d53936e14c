//! Looking something up in a short list, a great many times.

/// Where in a list the first item stands of which the condition holds: `place_of!(&list, |item| item.label == label)`.
///
/// The macro runs unoptimised in users' builds. There a plain loop is several times as fast as an iterator, and a closure would be half of the
/// search: so this is text.
macro_rules! place_of {
    ($list:expr, |$item:ident| $holds:expr) => {{
        let list: &[_] = $list;
        let mut at = 0;
        while at < list.len() {
            let $item = &list[at];
            if $holds {
                break;
            }
            at += 1;
        }
        if at < list.len() { Some(at) } else { None }
    }};
}

pub(crate) use place_of;
