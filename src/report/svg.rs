//! The pictures of an exhibit alone, one below the other, as one SVG file.

use super::picture;
use crate::exhibit::picture::Picture;

/// The file. Empty if there are no pictures.
pub fn file(pictures: &[Picture]) -> String {
    let drawn: Vec<String> = pictures.iter().map(|picture| picture::svg(picture, "")).collect();
    let sizes: Vec<(u32, u32)> = drawn.iter().map(|svg| size(svg)).collect();
    let width = sizes.iter().map(|size| size.0).max().unwrap_or(0);
    let height: u32 = sizes.iter().map(|size| size.1).sum();
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <style>{}\n.paper {{ fill: var(--paper); }}</style>\n<g class=\"picture\"><rect class=\"paper\" width=\"{width}\" \
         height=\"{height}\"/></g>\n",
        picture::STYLE
    );
    let mut top = 0;
    for (svg, size) in drawn.iter().zip(&sizes) {
        text.push_str(&svg.replacen("<svg ", &format!("<svg y=\"{top}\" "), 1));
        top += size.1;
    }
    text + "</svg>\n"
}

/// Width and height, as [`picture::svg`] writes them.
fn size(svg: &str) -> (u32, u32) {
    let number = |name: &str| {
        let rest = svg.split_once(&format!(" {name}=\""))?.1;
        rest.split('"').next()?.parse().ok()
    };
    (number("width").unwrap_or(0), number("height").unwrap_or(0))
}
