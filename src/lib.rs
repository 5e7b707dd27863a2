//! relucert takes a candidate point of a one-hidden-layer ReLU-like network in exact rational arithmetic and proves
//! what it is: directionally stationary or not, with or without escape neurons, a local minimum or not, global or
//! not. It writes the proof as a certificate that a small independent checker accepts.
//!
//! ```
//! use relucert::certificate::certify;
//! use relucert::kink::Options;
//! use relucert::problem::{Instance, Property};
//!
//! let file = std::fs::read("instances/wu-simsek-ged-2025/two-outputs-end-three-neurons.json")?;
//! let instance = Instance::read(file)?;                          // exact, or an error that says where
//! let certified = certify(&instance, &Options::default())?;      // decides, proves, and has the proof checked
//! println!("local minimum: {}", certified.findings.show(Property::LocalMinimum));
//! assert_eq!(certified.findings.show(Property::LocalMinimum), "yes");
//! assert_eq!(relucert_checker::verify(&instance.text, certified.certificate.as_bytes()).exit_code(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules are floors: each uses only those below it.
//!
//! | floor | module | what lives there |
//! |---|---|---|
//! | 0 | [`effort`] | how much has been done, and when a search has to end |
//! | 0 | [`rational`] | exact numbers and their text |
//! | 1 | [`linear`] | exact elimination, feasibility, polynomials |
//! | 2 | [`kink`] | kink forms `a.u + sum kappa abs(p.u)`: identically zero? nonnegative everywhere? |
//! | 2 | [`patterns`] | the cells of a boundary arrangement, enumerated: the exhaustive second way |
//! | 2 | [`cone`] | polyhedral cones: is a quadratic form nonnegative on one? |
//! | 2 | [`polynomial`] | polynomials in several variables: is one nonnegative near 0? |
//! | 3 | [`problem`] | what a user writes: activation, samples, network, expectations |
//! | 3 | [`arrays`] | named arrays of floats, read exactly: .npz, .npy, safetensors, JSON |
//! | 4 | [`empirical`] | the empirical squared loss: first-order model and decisions |
//! | 4 | [`integral`] | the integral loss with scalar input: model and decisions |
//! | 5 | [`certificate`] | findings become a certificate, which the checker accepts before anyone sees it |
//! | 6 | [`search`] | a better network of the same width, guessed in floating point, compared exactly |
//! | 6 | [`families`] | families of instances with parameters and a seed, verdicts by construction |
//! | 6 | [`transform`] | a float network becomes an exact stationary point |
//! | 6 | [`exhibit`] | what a report shows: claims with their evidence, exact data of the pictures |
//! | 6 | [`training`] | gradient descent and its plateaus |
//! | 6 | [`mutation`] | a test of the checkers: certificates with one thing changed |
//! | 7 | [`report`] | one renderer per file |
//! | 7 | [`smt`] | the first-order questions as SMT-LIB files, for anyone's solver |
//! | 8 | [`cli`] | one command per file |

pub mod arrays;
pub mod certificate;
pub mod cli;
pub mod cone;
pub mod effort;
pub mod empirical;
pub mod exhibit;
pub mod families;
pub mod integral;
pub mod kink;
pub mod linear;
pub mod mutation;
pub mod patterns;
pub mod polynomial;
pub mod problem;
pub mod rational;
pub mod report;
pub mod search;
pub mod smt;
pub mod training;
pub mod transform;
