//! The `.npz` format of numpy: a zip archive of `.npy` files.

use super::{Array, Unreadable, npy};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

pub(super) fn read(bytes: &[u8], limit: u64) -> Result<Vec<(String, Array)>, Unreadable> {
    let broken = |error: &dyn std::fmt::Display| Unreadable::new(format!("not a .npz file: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut left = limit;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = member.name().map_err(|error| broken(&error))?.trim_end_matches(".npy").to_owned();
        // What an archive says of the size of its members need not be so.
        let mut content = Vec::new();
        member.take(left.saturating_add(1)).read_to_end(&mut content).map_err(|error| broken(&error))?;
        let Some(rest) = left.checked_sub(content.len() as u64) else {
            return Err(Unreadable::new(format!("unpacked more than {limit} bytes; --max-input allows more")));
        };
        left = rest;
        let array = npy::read(&content).map_err(|error| error.in_array(&name))?;
        arrays.push((name, array));
    }
    Ok(arrays)
}

/// The bytes of an `.npz` file with these arrays: name, shape, entries. The same arrays give the same bytes.
pub fn write_npz(arrays: &[(&str, Vec<usize>, Vec<f64>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::DEFAULT);
    for (name, shape, values) in arrays {
        writer.start_file(format!("{name}.npy"), options).expect(IN_MEMORY);
        writer.write_all(&npy::write(shape, values)).expect(IN_MEMORY);
    }
    writer.finish().expect(IN_MEMORY).into_inner()
}

const IN_MEMORY: &str = "writing to memory doesn't fail";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let arrays = [("b", vec![2, 2], vec![1.0, -0.5, 0.25, 3.0]), ("a", vec![1], vec![7.0])];
        let file = write_npz(&arrays);
        assert_eq!(file, write_npz(&arrays));
        let found = read(&file, 10_000).unwrap();
        assert_eq!((found[0].0.as_str(), &found[0].1.shape), ("b", &vec![2, 2]));
        assert_eq!(crate::rational::write(&found[0].1.values[1]), "-1/2");
        assert!(read(&file, 200).unwrap_err().0.contains("--max-input"));
        assert!(read(&file[..file.len() - 10], 10_000).is_err());
        assert!(read(b"", 10_000).is_err());
    }
}
