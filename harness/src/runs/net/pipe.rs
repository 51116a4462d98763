//! Values through a pipe: a length of four bytes, then the value in its canonical encoding.

use std::io::{self, Read, Write};

use borsh::{BorshDeserialize, BorshSerialize};

/// Writes one value, in one piece.
///
/// # Errors
/// Those of `to`; the value has no length of four bytes.
pub(super) fn write<T: BorshSerialize>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let mut bytes = vec![0; LENGTH_BYTES];
    value.serialize(&mut bytes)?;
    let length = u32::try_from(bytes.len() - LENGTH_BYTES)
        .map_err(|_| io::Error::other("a value of more than four gigabytes"))?;
    bytes[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    to.write_all(&bytes)
}

/// Reads one value; none at the end.
///
/// # Errors
/// Those of `from`; it ends in the middle of a value, or what it holds is none.
pub(super) fn read<T: BorshDeserialize>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; LENGTH_BYTES];
    // One byte apart tells a clean end from a cut one.
    if from.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u64::from(u32::from_le_bytes(length));
    let mut bytes = Vec::new();
    // Never more memory than there are bytes, whatever length was announced.
    from.by_ref().take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    borsh::from_slice(&bytes).map(Some)
}

const LENGTH_BYTES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_they_went_in_until_the_end() {
        let mut pipe = Vec::new();
        write(&mut pipe, &"one".to_owned()).expect("memory");
        write(&mut pipe, &String::new()).expect("memory");
        let mut from = &pipe[..];
        let mut next = || read::<String>(&mut from).expect("whole values");
        assert_eq!(next().as_deref(), Some("one"));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_cut_or_foreign_value_is_an_error() {
        let mut pipe = Vec::new();
        write(&mut pipe, &"one".to_owned()).expect("memory");
        for length in 1..pipe.len() {
            assert!(read::<String>(&mut &pipe[..length]).is_err(), "{length}");
        }
        assert!(read::<u8>(&mut &pipe[..]).is_err(), "bytes are left over");
        assert!(read::<u8>(&mut &[255, 255, 255, 255, 0][..]).is_err());
    }
}
