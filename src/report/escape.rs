//! Text of a stranger's file, for each format: what could be markup there, and what the eye can't see, is shown as text.

use super::harmless;
use std::fmt::Write;

/// For HTML and SVG, in text and in quoted attributes.
pub fn xml(text: &str) -> String {
    let escaped = harmless(text);
    let escaped = escaped.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

/// For Markdown, within a line: every character that could begin markup there stands behind a backslash, `<` and `&` are
/// entities.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in harmless(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' | '@' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    // A bare address becomes a link in some dialects.
    escaped.replace("://", "&#58;//")
}

/// For TeX: every special character as text; letters that plain LaTeX can't typeset as their code points.
pub fn tex(text: &str) -> String {
    let mut escaped = String::new();
    for c in harmless(text).chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '^' => escaped.push_str("\\textasciicircum{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '|' => escaped.push_str("\\textbar{}"),
            '"' => escaped.push_str("''"),
            '`' => escaped.push_str("\\textasciigrave{}"),
            // Two of them would become a dash.
            '-' if escaped.ends_with('-') => escaped.push_str("{}-"),
            '\u{2013}' => escaped.push_str("--"),
            '\u{2014}' => escaped.push_str("---"),
            '\u{2018}' => escaped.push('`'),
            '\u{2019}' => escaped.push('\''),
            '\u{201c}' => escaped.push_str("``"),
            '\u{201d}' => escaped.push_str("''"),
            '\u{2265}' => escaped.push_str("$\\ge$"),
            '\u{2264}' => escaped.push_str("$\\le$"),
            ' '..='~' => escaped.push(c),
            _ if typesets(c) => escaped.push(c),
            _ => {
                let _ = write!(escaped, "\\texttt{{[U+{:04X}]}}", u32::from(c));
            }
        }
    }
    escaped
}

/// Letters with accents that LaTeX composes in its oldest encoding.
fn typesets(c: char) -> bool {
    let composed = ('\u{c0}'..='\u{17e}').contains(&c);
    composed && !"\u{d0}\u{d7}\u{de}\u{f0}\u{f7}\u{fe}\u{110}\u{111}\u{126}\u{127}\u{132}\u{133}\u{138}\u{13f}\u{140}\u{149}\u{14a}\u{14b}\u{166}\u{167}".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "<script>alert(1)</script> \\input{/etc/passwd} $x$ %\u{1b}[31m \u{202e}evil\u{0}";

    #[test]
    fn markup_becomes_text() {
        let shown = xml(HOSTILE);
        assert!(shown.starts_with("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");
        assert!(shown.contains("\\u{1b}[31m \\u{202e}evil\\u{0}"), "{shown}");
        assert_eq!(xml("\" onload='x'"), "&quot; onload=&#39;x&#39;");
        assert_eq!(markdown("[a](javascript:b) <b> ~ $`"), "\\[a\\](javascript:b) &lt;b> \\~ \\$\\`");
        let shown = tex(HOSTILE);
        assert!(shown.contains("\\textbackslash{}input\\{/etc/passwd\\} \\$x\\$ \\%"), "{shown}");
        assert!(shown.is_ascii(), "{shown}");
        assert_eq!(tex("\u{15e}im\u{15f}ek \u{4f60}"), "\u{15e}im\u{15f}ek \\texttt{[U+4F60]}");
    }
}
