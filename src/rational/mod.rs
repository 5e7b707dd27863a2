//! Floor 0: the exact numbers, their text, and the bridge to floating point.

mod approximate;
mod decimal;
mod ratio;

pub use approximate::{simplest_near, to_f64};
pub use decimal::decimal;
pub use num_bigint::BigInt as Integer;
pub use ratio::{Parts, ratio, ratio_over};
pub use relucert_checker::number::{Rational, read_instance as read, write};
