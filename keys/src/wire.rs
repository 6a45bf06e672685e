//! The data types of the SSH protocols (RFC 4251, section 5), read from bytes and written to them.

/// Why bytes are not what they should be: too short, or not in the one form that is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Takes values off the front of some bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What has not been read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    /// A `string`: bytes behind their length.
    pub(crate) fn string(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u32()?;
        self.take(usize::try_from(length).map_err(|_| Malformed)?)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.string()?).map_err(|_| Malformed)
    }

    /// An `mpint` that is positive, without the zero byte that keeps its sign. Numbers have one
    /// form each: a superfluous zero is refused.
    pub(crate) fn positive(&mut self) -> Result<&'a [u8], Malformed> {
        match *self.string()? {
            [0, ref number @ ..] if number.first().is_some_and(|byte| *byte >= 0x80) => Ok(number),
            ref number @ [1..=0x7f, ..] => Ok(number),
            _ => Err(Malformed),
        }
    }

    /// That there is nothing left.
    pub(crate) const fn finish(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

/// Appends a `string`. What we write is bounded long before it reaches 4 GiB.
pub(crate) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Appends a positive `mpint`, from its bytes with any number of zeros before it.
pub(crate) fn put_positive(out: &mut Vec<u8>, number: &[u8]) {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let number = &number[start..];
    if number.first().is_some_and(|byte| *byte >= 0x80) {
        put_string(out, &[&[0], number].concat());
    } else {
        put_string(out, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for (number, wire) in [
            (&[1][..], &[0, 0, 0, 1, 1][..]),
            (&[0, 0, 1], &[0, 0, 0, 1, 1]),
            (&[0x7f, 0], &[0, 0, 0, 2, 0x7f, 0]),
            (&[0x80], &[0, 0, 0, 2, 0, 0x80]),
        ] {
            let mut out = Vec::new();
            put_positive(&mut out, number);
            assert_eq!(out, wire);
            let mut reader = Reader::new(wire);
            let start = number.iter().position(|byte| *byte != 0).unwrap();
            assert_eq!(reader.positive(), Ok(&number[start..]));
            assert_eq!(reader.finish(), Ok(()));
        }
        let wrong: [&[u8]; 5] = [
            &[0, 0, 0, 0],
            &[0, 0, 0, 1, 0],
            &[0, 0, 0, 2, 0, 1],
            &[0, 0, 0, 1, 0x80],
            &[0, 0, 0, 2, 1],
        ];
        for wire in wrong {
            assert_eq!(Reader::new(wire).positive(), Err(Malformed), "{wire:?}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        assert_eq!(Reader::new(&[0xff; 4]).string(), Err(Malformed));
        assert_eq!(Reader::new(&[0, 0, 0, 2, 1]).string(), Err(Malformed));
        assert_eq!(Reader::new(&[0, 0, 0, 1, 0xff]).text(), Err(Malformed));
        assert_eq!(Reader::new(&[0; 3]).u32(), Err(Malformed));
        assert_eq!(Reader::new(&[0]).finish(), Err(Malformed));
    }
}
