//! The safetensors format.

use super::{Array, Element, Kind, Unreadable};
use safetensors::{Dtype, SafeTensors};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, Array)>, Unreadable> {
    let file =
        SafeTensors::deserialize(bytes).map_err(|error| Unreadable::new(format!("not a safetensors file: {error}")))?;
    let array = |(name, tensor): (String, safetensors::tensor::TensorView<'_>)| {
        let kind = match tensor.dtype() {
            Dtype::F16 => Kind::F16,
            Dtype::BF16 => Kind::BF16,
            Dtype::F32 => Kind::F32,
            Dtype::F64 => Kind::F64,
            Dtype::I8 => Kind::Signed(1),
            Dtype::I16 => Kind::Signed(2),
            Dtype::I32 => Kind::Signed(4),
            Dtype::I64 => Kind::Signed(8),
            Dtype::U8 => Kind::Unsigned(1),
            Dtype::U16 => Kind::Unsigned(2),
            Dtype::U32 => Kind::Unsigned(4),
            Dtype::U64 => Kind::Unsigned(8),
            other => {
                let text = format!("numbers of type {other:?}; read are floats of 16, 32 and 64 bits and integers");
                return Err(Unreadable::new(text).in_array(&name));
            }
        };
        let element = Element { kind, big_endian: false };
        let values = element.values(tensor.data()).map_err(|error| error.in_array(&name))?;
        Ok((name, Array { shape: tensor.shape().to_vec(), values }))
    };
    file.tensors().into_iter().map(array).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_single_precision() {
        let header = r#"{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#;
        let data = [0.5_f32.to_le_bytes(), (-3.0_f32).to_le_bytes()].concat();
        let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat();
        let found = read(&file).unwrap();
        assert_eq!((found[0].0.as_str(), &found[0].1.shape), ("0.weight", &vec![1, 2]));
        assert_eq!(crate::rational::write(&found[0].1.values[0]), "1/2");
        assert!(read(&file[..file.len() - 1]).is_err());
        assert!(read(b"{}").is_err());
    }
}
