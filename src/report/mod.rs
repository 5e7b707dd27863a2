//! Floor 7: one renderer per file. A renderer computes nothing: it shows what the checker has accepted.

pub mod bibtex;
pub mod catalogue;
pub mod embed;
pub mod escape;
mod formula;
pub mod html;
pub mod index;
pub mod integral;
pub mod json;
pub mod latex;
pub mod markdown;
pub mod mutation;
pub mod picture;
pub mod run;
pub mod snap;
pub mod summary;
pub mod svg;
pub mod text;
pub mod training;

/// Text of a stranger's file made harmless for a terminal: control characters and those that change the direction of
/// writing are shown as escapes.
pub fn harmless(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}
