//! The report as one self-contained HTML page: no network, no font, no script.
//!
//! maud builds it: its markup is Rust, checked by the compiler, and every value is escaped unless it says otherwise.

mod index;
mod page;
mod parts;
mod run;

pub use index::index;
pub use page::page;
pub use run::{Plateau, run_page};
