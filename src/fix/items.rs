//! Building block: taking an item out of a list of arguments, options or attributes, or a statement out of its lines.

use crate::text::TextRange;

/// What to delete so that an item is gone together with the comma that belongs to it, and with its line if it has one to
/// itself.
pub fn removal(text: &str, item: TextRange) -> TextRange {
    let bytes = text.as_bytes();
    let (start, end) = (item.start as usize, item.end as usize);
    let next = end + blanks(&bytes[end..]);
    if bytes.get(next) == Some(&b',') {
        let whole = TextRange::from(start..next + 1);
        if let Some(lines) = whole_lines(text, whole) {
            return lines;
        }
        return TextRange::from(start..next + 1 + spaces(&bytes[next + 1..]));
    }
    let before = text[..start].trim_end();
    if before.ends_with(',') {
        return TextRange::from(before.len() - 1..end);
    }
    // The only item: its blanks go with it.
    let is_alone = before.ends_with(['{', '(', '[']) && matches!(bytes.get(next), Some(b'}' | b')' | b']'));
    if is_alone { TextRange::from(before.len()..next) } else { item }
}

/// The lines of a range with their line break, if nothing else stands on them.
pub fn whole_lines(text: &str, range: TextRange) -> Option<TextRange> {
    let (start, end) = (range.start as usize, range.end as usize);
    let before = text.get(..start)?;
    let line = before.trim_end_matches([' ', '\t']);
    let at_start = line.is_empty() || line.ends_with(['\n', '\r']);
    let rest = text.get(end..)?;
    let after = rest.trim_start_matches([' ', '\t']);
    let line_break = ["\r\n", "\n", "\r"].into_iter().find(|it| after.starts_with(it));
    if !at_start || (line_break.is_none() && !after.is_empty()) {
        return None;
    }
    let end = end + (rest.len() - after.len()) + line_break.map_or(0, str::len);
    Some(TextRange::from(line.len()..end))
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|it| it.is_ascii_whitespace()).count()
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|it| matches!(it, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_go_with_their_comma() {
        for (text, want) in [
            ("f(K)", "f()"),
            ("f(K,)", "f()"),
            ("f(K, b)", "f(b)"),
            ("f(a, K)", "f(a)"),
            ("f(a, K, b)", "f(a, b)"),
            ("f(a, K,)", "f(a, )"),
            ("f({\n  K,\n  b,\n})", "f({\n  b,\n})"),
            ("f({\n  a,\n  K\n})", "f({\n  a\n})"),
            ("f({ K })", "f({})"),
            ("f({\n  K\n})", "f({})"),
        ] {
            let at = text.find('K').expect("every text has one");
            let gone = removal(text, TextRange::from(at..at + 1));
            let got = format!("{}{}", &text[..gone.start as usize], &text[gone.end as usize..]);
            assert_eq!(got, want, "{text:?}");
        }
    }

    #[test]
    fn statements_go_with_their_line() {
        for (text, want) in [("a\n  K\nb", Some("a\nb")), ("K", Some("")), ("a; K\n", None), ("K # why\n", None)] {
            let at = text.find('K').expect("every text has one");
            let gone = whole_lines(text, TextRange::from(at..at + 1));
            let got = gone.map(|it| format!("{}{}", &text[..it.start as usize], &text[it.end as usize..]));
            assert_eq!(got.as_deref(), want, "{text:?}");
        }
    }
}
