//! `FlatBuffers`, as far as the heads of Arrow's messages need them: tables with fields that may be
//! missing. Every place is looked at before it is read, so that wrong bytes are `None` and never
//! a panic. It must not know what a field means.
//!
//! Arrow's own reader verifies the whole of a message first, for every type that there is; that
//! is 14 KB (gzip) of the page, of which DuckDB's answers need a twentieth.

/// A table: where it starts in the bytes, and where what it has is written down.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    vtable: usize,
}

impl<'a> Table<'a> {
    /// The table that the bytes are of.
    pub(crate) fn root(bytes: &'a [u8]) -> Option<Self> {
        Self::behind(bytes, 0)
    }

    /// The table that the offset at a place leads to.
    fn behind(bytes: &'a [u8], place: usize) -> Option<Self> {
        let at = follow(bytes, place)?;
        let back = i32::from_le_bytes(array(bytes, at)?);
        let vtable = i64::try_from(at).ok()? - i64::from(back);
        Some(Self {
            bytes,
            at,
            vtable: usize::try_from(vtable).ok()?,
        })
    }

    /// Where a field is; `None` for one that has its default.
    fn field(self, number: usize) -> Option<usize> {
        let entry = 4 + 2 * number;
        let size = usize::from(u16::from_le_bytes(array(self.bytes, self.vtable)?));
        if entry + 2 > size {
            return None;
        }
        match u16::from_le_bytes(array(self.bytes, self.vtable + entry)?) {
            0 => None,
            offset => self.at.checked_add(usize::from(offset)),
        }
    }

    pub(crate) fn byte(self, number: usize) -> Option<u8> {
        self.bytes.get(self.field(number)?).copied()
    }

    pub(crate) fn i16(self, number: usize) -> Option<i16> {
        Some(i16::from_le_bytes(array(self.bytes, self.field(number)?)?))
    }

    pub(crate) fn i32(self, number: usize) -> Option<i32> {
        Some(i32::from_le_bytes(array(self.bytes, self.field(number)?)?))
    }

    pub(crate) fn i64(self, number: usize) -> Option<i64> {
        Some(i64::from_le_bytes(array(self.bytes, self.field(number)?)?))
    }

    pub(crate) fn table(self, number: usize) -> Option<Self> {
        Self::behind(self.bytes, self.field(number)?)
    }

    pub(crate) fn text(self, number: usize) -> Option<&'a str> {
        let (at, length) = self.vector(number)?;
        std::str::from_utf8(self.bytes.get(at..at.checked_add(length)?)?).ok()
    }

    /// The tables of a vector of tables.
    pub(crate) fn tables(self, number: usize) -> impl Iterator<Item = Option<Self>> {
        let (at, length) = self.vector(number).unwrap_or((0, 0));
        (0..length).map(move |item| Self::behind(self.bytes, at + 4 * item))
    }

    /// The pairs of a vector of structs of two numbers.
    pub(crate) fn pairs(self, number: usize) -> impl Iterator<Item = Option<(i64, i64)>> {
        let (at, length) = self.vector(number).unwrap_or((0, 0));
        (0..length).map(move |item| {
            let at = at + 16 * item;
            let number = |at| Some(i64::from_le_bytes(array(self.bytes, at)?));
            Some((number(at)?, number(at + 8)?))
        })
    }

    /// Where the items of a vector start, and how many there are: no more than there are bytes.
    fn vector(self, number: usize) -> Option<(usize, usize)> {
        let at = follow(self.bytes, self.field(number)?)?;
        let length = u32::from_le_bytes(array(self.bytes, at)?);
        let length = usize::try_from(length).ok()?;
        (length <= self.bytes.len()).then_some((at + 4, length))
    }
}

/// The place that the offset at a place leads to.
fn follow(bytes: &[u8], place: usize) -> Option<usize> {
    let offset = u32::from_le_bytes(array(bytes, place)?);
    place.checked_add(usize::try_from(offset).ok()?)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
