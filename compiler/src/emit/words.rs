//! Which names a finished text uses. Each look at every character counts in the macro, which runs unoptimised: so texts are bytes here, and one
//! look is for all that is asked.

/// Whether an ASCII character may be part of a name.
static PART: [bool; 128] = {
    let mut part = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        part[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    part
};

/// Whether a byte may be part of a name: one of another alphabet always.
pub(crate) fn is_part(byte: u8) -> bool {
    byte >= 128 || PART[byte as usize]
}

/// Where the name that goes on at `at` ends.
pub(crate) fn word_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < 128 {
            if !PART[byte as usize] {
                break;
            }
            at += 1;
        } else {
            match text[at..].chars().next() {
                Some(c) if c.is_alphanumeric() => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// Whether `word` stands in `text` as a name of its own (not as a field, in a path, part of another name or in a comment).
pub(crate) fn uses_word(text: &str, word: &str) -> bool {
    let [used] = used_words(text, [word]);
    used
}

/// The same of several words.
pub(crate) fn used_words<const N: usize>(text: &str, words: [&str; N]) -> [bool; N] {
    let bytes = text.as_bytes();
    let mut used = [false; N];
    let mut before = b' ';
    let mut at = after_comments(bytes, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < 128 && !PART[byte as usize] {
            at = if byte == b'\n' { after_comments(bytes, at + 1) } else { at + 1 };
            before = byte;
            continue;
        }
        let mut end = word_end(text, at);
        if &bytes[at..end] == b"r" && end < bytes.len() && bytes[end] == b'#' {
            end = word_end(text, end + 1);
        }
        if end == at {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            before = b' ';
            continue;
        }
        if before != b'.' && before != b':' {
            let word = &bytes[at..end];
            for (i, wanted) in words.iter().enumerate() {
                if wanted.len() == word.len() && wanted.as_bytes() == word {
                    used[i] = true;
                }
            }
        }
        before = b'a';
        at = end;
    }
    used
}

/// Where code goes on from the beginning of a line: behind the lines that are comments, and blanks.
fn after_comments(bytes: &[u8], mut at: usize) -> usize {
    loop {
        while at < bytes.len() && (bytes[at] == b' ' || bytes[at] == b'\n') {
            at += 1;
        }
        if !bytes[at..].starts_with(b"//") {
            return at;
        }
        while at < bytes.len() && bytes[at] != b'\n' {
            at += 1;
        }
    }
}

/// Whether a line is a comment at this place.
pub(crate) fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    text[line..at].trim_start().starts_with("//")
}

/// Whether `name(` stands in `text` other than as a method.
pub(crate) fn has_call(text: &str, name: &str) -> bool {
    let call = format!("{name}(");
    text.match_indices(&call).any(|(at, _)| !text[..at].ends_with(['.', '_', ':']) && !in_comment(text, at))
}

#[cfg(test)]
mod tests {
    use super::used_words;

    #[test]
    fn names_of_their_own_are_found() {
        let text = "// num\nlet é = x.tile + rt::grads;\n    // key\n    params(num_2, r#match, r#\"simd\"#, »splat«);";
        let words = ["num", "tile", "grads", "key", "params", "r#match", "match", "simd", "splat", "é", "x"];
        assert_eq!(used_words(text, words), [false, false, false, false, true, true, false, true, true, true, true]);
    }
}
