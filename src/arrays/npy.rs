//! The `.npy` format of numpy, versions 1 to 3: a header that is a Python dictionary, then the numbers.

use super::{Array, Element, Kind, Unreadable, entries};

const MAGIC: &[u8] = b"\x93NUMPY";

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    element: Element,
    columns_first: bool,
    shape: Vec<usize>,
}

/// The array of a file.
pub(super) fn read(bytes: &[u8]) -> Result<Array, Unreadable> {
    let cut_off = || Unreadable::new("not a .npy file, or one that is cut off");
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(cut_off)?;
    let (version, rest) = rest.split_at_checked(2).ok_or_else(cut_off)?;
    let (length, rest) = rest.split_at_checked(if version[0] == 1 { 2 } else { 4 }).ok_or_else(cut_off)?;
    let length = length.iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    let (header, numbers) = rest.split_at_checked(length).ok_or_else(cut_off)?;
    let header = std::str::from_utf8(header).ok().ok_or_else(cut_off)?;
    let Header { element, columns_first, shape } = parse(header)?;
    let count = entries(&shape, element, numbers.len())?;
    let mut values = element.values(numbers)?;
    if columns_first && count > 0 {
        values = rows_first(&shape, &values);
    }
    Ok(Array { shape, values })
}

/// Entries whose first axis runs fastest, put in the order in which the last one does.
fn rows_first<T: Clone>(shape: &[usize], values: &[T]) -> Vec<T> {
    let position = |mut index: usize| {
        let mut stride = values.len();
        // The last axis has the largest stride.
        shape.iter().rev().fold(0, |position, length| {
            stride /= length;
            let here = index % length;
            index /= length;
            position + here * stride
        })
    };
    (0..values.len()).map(|index| values[position(index)].clone()).collect()
}

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, keys in any order, and nothing else.
fn parse(header: &str) -> Result<Header, Unreadable> {
    let bad = || Unreadable::new(format!("a header that numpy doesn't write: {:?}", header.trim_end()));
    let mut rest = header.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}')).ok_or_else(bad)?.trim();
    let (mut element, mut columns_first, mut shape) = (None, None, None);
    while !rest.is_empty() {
        let (key, value) = rest.split_once(':').ok_or_else(bad)?;
        let value = value.trim_start();
        let end = if value.starts_with('(') { value.find(')').map(|end| end + 1) } else { value.find(',') };
        let (value, after) = value.split_at(end.unwrap_or(value.len()));
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
        match (key.trim(), value.trim()) {
            ("'descr'", descr) => element = Some(element_of(descr)?),
            ("'fortran_order'", "True") => columns_first = Some(true),
            ("'fortran_order'", "False") => columns_first = Some(false),
            ("'shape'", tuple) => {
                let inside = tuple.strip_prefix('(').and_then(|text| text.strip_suffix(')')).ok_or_else(bad)?;
                let lengths = inside.split(',').map(str::trim).filter(|length| !length.is_empty());
                let lengths: Option<Vec<usize>> = lengths.map(|length| length.parse().ok()).collect();
                shape = Some(lengths.ok_or_else(bad)?);
            }
            _ => return Err(bad()),
        }
    }
    match (element, columns_first, shape) {
        (Some(element), Some(columns_first), Some(shape)) => Ok(Header { element, columns_first, shape }),
        _ => Err(bad()),
    }
}

fn element_of(descr: &str) -> Result<Element, Unreadable> {
    let name = descr.trim_matches('\'');
    let big_endian = name.starts_with('>');
    let kind = match name.trim_start_matches(['<', '>', '|', '=']) {
        "f2" => Kind::F16,
        "f4" => Kind::F32,
        "f8" => Kind::F64,
        "i1" | "i2" | "i4" | "i8" => Kind::Signed(usize::from(name.as_bytes()[name.len() - 1] - b'0')),
        "u1" | "u2" | "u4" | "u8" => Kind::Unsigned(usize::from(name.as_bytes()[name.len() - 1] - b'0')),
        _ => {
            let text = format!(
                "numbers of type {descr}; read are floats of 16, 32 and 64 bits and integers: convert with \
                                array.astype(float)"
            );
            return Err(Unreadable::new(text));
        }
    };
    Ok(Element { kind, big_endian })
}

/// A file of doubles.
pub(super) fn write(shape: &[usize], values: &[f64]) -> Vec<u8> {
    let shape: String = shape.iter().map(|length| format!("{length}, ")).collect();
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}", shape.trim_end());
    // The numbers start at a multiple of 64 bytes.
    let length = (MAGIC.len() + 4 + header.len() + 1).next_multiple_of(64) - MAGIC.len() - 4;
    header.extend(std::iter::repeat_n(' ', length - header.len() - 1));
    header.push('\n');
    let mut bytes = [MAGIC, &[1, 0], &(length as u16).to_le_bytes(), header.as_bytes()].concat();
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::Rational;

    fn integers(values: &[i64]) -> Vec<Rational> {
        values.iter().map(|value| Rational::from_integer((*value).into())).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        for shape in [vec![], vec![6], vec![3, 2], vec![0, 3]] {
            let count: usize = shape.iter().product();
            let values: Vec<f64> = (0..count).map(|value| value as f64).collect();
            let file = write(&shape, &values);
            let array = read(&file).unwrap();
            assert_eq!((array.shape, array.values.len()), (shape, count));
        }
        assert_eq!(write(&[2], &[1.0, 2.0]).len() % 64, 16);
    }

    #[test]
    fn headers_in_all_spellings() {
        let file = |header: &str, numbers: &[u8]| {
            [MAGIC, &[2, 0], &(header.len() as u32).to_le_bytes(), header.as_bytes(), numbers].concat()
        };
        let columns = file("{'shape': (2, 3), 'fortran_order': True, 'descr': '|i1'}\n", &[1, 4, 2, 5, 3, 6]);
        let array = read(&columns).unwrap();
        assert_eq!((array.shape, array.values), (vec![2, 3], integers(&[1, 2, 3, 4, 5, 6])));
        let read_text = |header: &str, numbers: &[u8]| read(&file(header, numbers)).unwrap_err().0;
        let good = "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }";
        assert!(read_text(good, &[1, 2]).contains("do not fit"));
        assert!(read_text(good, &[1, 2, 3, 4]).contains("do not fit"));
        assert!(read_text(&good.replace("|i1", "<c16"), &[]).contains("astype"));
        assert!(read_text(&good.replace("|i1", "O"), &[]).contains("astype"));
        assert!(read_text(&good.replace("(3,)", "(18446744073709551615, 9)"), &[]).contains("do not fit"));
        for broken in ["{}", "", "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': ()}", "{'shape': (-1,)}"] {
            assert!(read(&file(broken, &[])).is_err(), "{broken}");
        }
        assert!(read(b"\x93NUMPY\x01").is_err() && read(b"PK").is_err());
        assert!(read(&[MAGIC, &[1, 0, 255, 255]].concat()).is_err());
    }
}
