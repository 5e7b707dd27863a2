//! relucert
pub mod certificate;
pub mod empirical;
pub mod kink;
pub mod linear;
pub mod problem;
pub mod rational;
