//! The evidence of a certificate, piece by piece, down to the multipliers.

use super::{Table, Text};
use crate::problem::Property;

/// One piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Where it stands in the certificate, as a JSON pointer.
    pub pointer: String,
    /// The claim under which it is shown.
    pub home: Property,
    /// What it is.
    pub title: Text,
    /// What it proves, and how one checks it by hand.
    pub says: Text,
    /// Its parts.
    pub steps: Vec<Step>,
}

/// A part of a piece of evidence.
#[derive(Debug, Clone)]
pub enum Step {
    /// A sentence.
    Sentence(Text),
    /// A table: a proof tree, the terms of a curve.
    Table(Table),
    /// The piece as it stands in the certificate.
    Listing(String),
    /// Parts that one may pass over at first.
    Fold(Text, Vec<Step>),
}
