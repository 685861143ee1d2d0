//! Replacing pieces of a text.

use super::TextRange;

/// Applies replacements of ranges that do not overlap, in any order. `None` if two overlap or one does not fit the text.
/// Insertions at one offset keep their order.
pub fn apply<'a>(text: &str, edits: impl IntoIterator<Item = (TextRange, &'a str)>) -> Option<String> {
    let mut edits: Vec<(TextRange, &str)> = edits.into_iter().collect();
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut res = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in edits {
        let (start, end) = (range.start as usize, range.end as usize);
        if start < done {
            return None;
        }
        res.push_str(text.get(done..start)?);
        text.get(start..end)?;
        res.push_str(new);
        done = end;
    }
    res.push_str(text.get(done..)?);
    Some(res)
}

/// The line end that a text uses: that of its first line, `\n` if it has none.
pub fn line_end(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_whole_or_not_at_all() {
        let range = TextRange::new;
        for (edits, want) in [
            (vec![], Some("hello")),
            (vec![(range(0, 1), "J"), (range(5, 5), "!")], Some("Jello!")),
            (vec![(range(5, 5), "!"), (range(0, 1), "J")], Some("Jello!")),
            (vec![(range(2, 2), "a"), (range(2, 2), "b"), (range(2, 3), "")], Some("heablo")),
            (vec![(range(0, 3), "x"), (range(2, 4), "y")], None),
            (vec![(range(4, 9), "x")], None),
        ] {
            assert_eq!(apply("hello", edits.clone()).as_deref(), want, "{edits:?}");
        }
        assert_eq!(apply("é", [(range(1, 2), "")]), None, "never inside a character");
    }
}
