//! Sentences with formulas and exact numbers in them, before any renderer has given them a form.

use crate::polynomial::{Exponents, Multivariate};
use crate::rational::Rational;

/// A sentence, or the cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

/// A piece of a [`Text`]. Each renderer escapes and typesets each kind in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain words, possibly a stranger's.
    Words(String),
    /// A formula: for the eye (`g_i >= 0`, subscripts after `_`), and in TeX.
    Formula {
        /// In plain characters.
        plain: String,
        /// In TeX, for math mode.
        tex: String,
    },
    /// An exact number.
    Number(Rational),
    /// A vector of exact numbers.
    Vector(Vec<Rational>),
    /// A polynomial.
    Sum(Sum),
    /// A name of a file or a command.
    Code(String),
}

/// A polynomial with exact coefficients in variables `x_0, x_1, ...`, low degrees first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The letter of the variables.
    pub letter: char,
    /// Coefficients and monomials: variables with their exponents, which are positive.
    pub terms: Vec<(Rational, Vec<(usize, u32)>)>,
    /// How many terms of higher degree are left out.
    pub left_out: usize,
    /// Whether the variables are numbered; otherwise there is one.
    pub numbered: bool,
}

/// Most terms of a polynomial that are shown.
const MOST_TERMS: usize = 40;

impl Sum {
    fn of(letter: char, polynomial: &Multivariate) -> Sum {
        let mut terms: Vec<(&Exponents, &Rational)> = polynomial.terms.iter().collect();
        terms.sort_by_key(|(exponents, _)| (exponents.iter().sum::<u32>(), std::cmp::Reverse((*exponents).clone())));
        let monomial =
            |exponents: &Exponents| exponents.iter().copied().enumerate().filter(|(_, power)| *power > 0).collect();
        let left_out = terms.len().saturating_sub(MOST_TERMS);
        let terms = terms.into_iter().take(MOST_TERMS);
        let terms = terms.map(|(exponents, value)| (value.clone(), monomial(exponents))).collect();
        Sum { letter, terms, left_out, numbered: true }
    }
}

impl Text {
    /// A template written here: `$plain|tex$` or `$both$` is a formula, everything else words. Never for text of a file.
    pub fn of(template: &str) -> Text {
        let spans = template.split('$').enumerate().filter(|(_, part)| !part.is_empty());
        let span = |(index, part): (usize, &str)| match (index % 2, part.split_once('|')) {
            (0, _) => Span::Words(part.to_owned()),
            (_, Some((plain, tex))) => Span::Formula { plain: plain.to_owned(), tex: tex.to_owned() },
            (_, None) => Span::Formula { plain: part.to_owned(), tex: part.to_owned() },
        };
        Text(spans.map(span).collect())
    }

    /// Words as they are.
    pub fn plain(words: impl Into<String>) -> Text {
        Text::default().words(words)
    }

    /// With words after it.
    pub fn words(mut self, words: impl Into<String>) -> Text {
        self.0.push(Span::Words(words.into()));
        self
    }

    /// With a template after it.
    pub fn and(mut self, template: &str) -> Text {
        self.0.extend(Text::of(template).0);
        self
    }

    /// With another text after it.
    pub fn then(mut self, other: Text) -> Text {
        self.0.extend(other.0);
        self
    }

    /// With a number after it.
    pub fn number(mut self, number: &Rational) -> Text {
        self.0.push(Span::Number(number.clone()));
        self
    }

    /// With a vector after it.
    pub fn vector(mut self, vector: &[Rational]) -> Text {
        self.0.push(Span::Vector(vector.to_vec()));
        self
    }

    /// With a polynomial after it, its variables numbered.
    pub fn polynomial(mut self, letter: char, polynomial: &Multivariate) -> Text {
        self.0.push(Span::Sum(Sum::of(letter, polynomial)));
        self
    }

    /// With a polynomial in one variable after it, by its coefficients in rising powers.
    pub fn univariate(mut self, letter: char, coefficients: &[Rational]) -> Text {
        let mut polynomial = Multivariate::zero(1);
        (0..).zip(coefficients).for_each(|(power, value)| polynomial.add_term(vec![power], value.clone()));
        self.0.push(Span::Sum(Sum { numbered: false, ..Sum::of(letter, &polynomial) }));
        self
    }

    /// With a monomial after it.
    pub fn monomial(self, letter: char, exponents: &Exponents) -> Text {
        let mut monomial = Multivariate::zero(exponents.len());
        monomial.add_term(exponents.clone(), Rational::from_integer(1.into()));
        self.polynomial(letter, &monomial)
    }

    /// With a name of a file or a command after it.
    pub fn code(mut self, code: impl Into<String>) -> Text {
        self.0.push(Span::Code(code.into()));
        self
    }
}

/// `0, 2 and 5`; of more than `most`, `0, 1, 2 and 40 more`.
pub fn enumeration(indices: &[usize], most: usize) -> String {
    let shown: Vec<String> = indices.iter().take(most).map(usize::to_string).collect();
    match (indices.len() - shown.len(), shown.split_last()) {
        (0, Some((last, before))) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        (0, _) => shown.join(", "),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_words_and_formulas() {
        let formula = |plain: &str, tex: &str| Span::Formula { plain: plain.to_owned(), tex: tex.to_owned() };
        let text = Text::of("each $g_i >= 0|g_i\\ge0$, so $L$");
        let words = |words: &str| Span::Words(words.to_owned());
        let expected = vec![words("each "), formula("g_i >= 0", "g_i\\ge0"), words(", so "), formula("L", "L")];
        assert_eq!(text.0, expected);
        assert_eq!(Text::plain("a $ of a stranger").0, vec![words("a $ of a stranger")]);
    }

    #[test]
    fn enumerations_read_like_sentences() {
        let shown = [(vec![], ""), (vec![3], "3"), (vec![3, 4], "3 and 4"), (vec![1, 2, 3], "1, 2 and 3")];
        for (indices, expected) in shown {
            assert_eq!(enumeration(&indices, 8), expected);
        }
        assert_eq!(enumeration(&[1, 2, 3, 4], 2), "1, 2 and 2 more");
    }
}
