//! Floor 3: named arrays of floats, as numpy, PyTorch and others write them: `.npy`, `.npz`, safetensors and JSON. What
//! is read becomes exact rationals: every finite float is one.

mod json;
mod npy;
mod npz;
mod safetensors;

pub use npz::write_npz;

use crate::rational::Rational;
use std::path::Path;

/// An array of numbers, rows first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Array {
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The entries, the last axis running fastest.
    pub values: Vec<Rational>,
}

/// A file that isn't arrays of finite numbers: where in it, what was found, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl Unreadable {
    fn new(text: impl Into<String>) -> Unreadable {
        Unreadable(text.into())
    }

    /// The same, with the name of the array in front.
    fn in_array(self, name: &str) -> Unreadable {
        Unreadable(format!("array {name:?}: {}", self.0))
    }
}

/// The named arrays of a file, in name order; the ending of its path says what it is: `.npz`, `.safetensors`, `.json`,
/// or `.npy`, whose array is called like the file. `limit`: most bytes of all arrays together, also when they are
/// packed.
///
/// # Errors
/// Another ending, a broken file, numbers that aren't finite floats, more than `limit` bytes.
pub fn read_arrays(path: &Path, bytes: &[u8], limit: u64) -> Result<Vec<(String, Array)>, Unreadable> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let mut arrays = match ending.as_str() {
        "npz" => npz::read(bytes, limit)?,
        "npy" => {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let array = npy::read(bytes).map_err(|error| error.in_array(&name))?;
            vec![(name, array)]
        }
        "safetensors" => safetensors::read(bytes)?,
        "json" => json::read(bytes)?,
        _ => {
            let text = "the ending of the name says what a file is: .npz, .npy, .safetensors or .json; PyTorch's own files \
                        (.pt, .pth) can run programs when they are read: save with safetensors or numpy.savez";
            return Err(Unreadable::new(text));
        }
    };
    arrays.sort_by(|(left, _), (right, _)| left.cmp(right));
    match arrays.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(Unreadable::new(format!("two arrays are called {:?}", pair[0].0))),
        None => Ok(arrays),
    }
}

/// How the numbers of an array are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Element {
    kind: Kind,
    big_endian: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    F16,
    BF16,
    F32,
    F64,
    Signed(usize),
    Unsigned(usize),
}

impl Element {
    fn size(self) -> usize {
        match self.kind {
            Kind::F16 | Kind::BF16 => 2,
            Kind::F32 => 4,
            Kind::F64 => 8,
            Kind::Signed(size) | Kind::Unsigned(size) => size,
        }
    }

    /// The exact values of an array's bytes.
    fn values(self, bytes: &[u8]) -> Result<Vec<Rational>, Unreadable> {
        let value = |(index, chunk): (usize, &[u8])| {
            let mut little = [0; 8];
            for (to, from) in little.iter_mut().zip(0..chunk.len()) {
                *to = chunk[if self.big_endian { chunk.len() - 1 - from } else { from }];
            }
            self.value(u64::from_le_bytes(little)).ok_or_else(|| {
                let text =
                    format!("entry {index} (counted from 0) is infinite or not a number: the network has diverged");
                Unreadable::new(text)
            })
        };
        bytes.chunks_exact(self.size()).enumerate().map(value).collect()
    }

    fn value(self, bits: u64) -> Option<Rational> {
        match self.kind {
            Kind::F16 => Rational::from_float(half(bits as u16)?),
            Kind::BF16 => Rational::from_float(f32::from_bits((bits as u32) << 16)),
            Kind::F32 => Rational::from_float(f32::from_bits(bits as u32)),
            Kind::F64 => Rational::from_float(f64::from_bits(bits)),
            Kind::Unsigned(_) => Some(Rational::from_integer(bits.into())),
            Kind::Signed(size) => {
                let unused = 64 - 8 * size as u32;
                Some(Rational::from_integer(((bits << unused) as i64 >> unused).into()))
            }
        }
    }
}

/// A half-precision float with the exponent of a single-precision one; `None` if it isn't finite.
fn half(bits: u16) -> Option<f32> {
    let (sign, exponent, fraction) =
        (u32::from(bits >> 15) << 31, u32::from(bits >> 10) & 0x1f, u32::from(bits) & 0x3ff);
    match exponent {
        0x1f => None,
        0 => {
            // Without a leading one: fraction * 2^-24, by the position of its first bit.
            let Some(top) = fraction.checked_ilog2() else { return Some(f32::from_bits(sign)) };
            Some(f32::from_bits(sign | (103 + top) << 23 | (fraction << (23 - top)) & 0x7f_ffff))
        }
        _ => Some(f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13)),
    }
}

/// The number of entries, unless it is larger than any array that fits into `bytes` bytes.
fn entries(shape: &[usize], element: Element, bytes: usize) -> Result<usize, Unreadable> {
    let count = shape.iter().try_fold(1_usize, |count, length| count.checked_mul(*length));
    match count.filter(|count| count.checked_mul(element.size()) == Some(bytes)) {
        Some(count) => Ok(count),
        None => Err(Unreadable::new(format!(
            "{bytes} bytes of numbers do not fit the shape {shape:?}; the file is cut off"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::{read, write};

    #[test]
    fn numbers_are_read_exactly() {
        let value = |kind, big_endian, bytes: &[u8]| Element { kind, big_endian }.values(bytes).map(|v| write(&v[0]));
        let number = |text: &str| Ok(write(&read(text).unwrap()));
        assert_eq!(value(Kind::F64, false, &0.1_f64.to_le_bytes()), number("3602879701896397/36028797018963968"));
        assert_eq!(value(Kind::F32, true, &0.1_f32.to_be_bytes()), number("13421773/134217728"));
        assert_eq!(value(Kind::F64, false, &5e-324_f64.to_le_bytes()).unwrap().len(), 2 + 324);
        assert_eq!(value(Kind::Signed(2), false, &(-3_i16).to_le_bytes()), number("-3"));
        assert_eq!(value(Kind::Unsigned(1), false, &[200]), number("200"));
        assert_eq!(value(Kind::BF16, false, &[0x80, 0x3f]), number("1"));
        for (bits, text) in
            [(0x3c00, "1"), (0xc000, "-2"), (0x3555, "1365/4096"), (0x0001, "1/16777216"), (0x8000, "0")]
        {
            assert_eq!(value(Kind::F16, false, &u16::to_le_bytes(bits)), number(text), "{bits:x}");
        }
        for bytes in [f64::NAN.to_le_bytes(), f64::INFINITY.to_le_bytes()] {
            assert!(value(Kind::F64, false, &bytes).unwrap_err().0.contains("entry 0"));
        }
        assert!(value(Kind::F16, false, &[0, 0x7c]).is_err());
    }

    #[test]
    fn endings_say_what_a_file_is() {
        let refused = read_arrays(Path::new("model.pt"), b"", 1).unwrap_err();
        assert!(refused.0.contains("safetensors"), "{refused}");
    }
}
