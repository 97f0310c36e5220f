//! Takes the place of the crate `zstd`, which is a C library and needs a C compiler for WebAssembly: the
//! functions by which the crates `parquet` and `arrow-ipc` read, over the decoder of `ruzstd`. It decompresses
//! only. It must not know what the bytes are.

use std::ops::RangeInclusive;

/// The levels of compression that may be asked for.
#[must_use]
pub const fn compression_level_range() -> RangeInclusive<i32> {
    1..=22
}

/// Bytes that are compressed and decompressed as a whole.
pub mod bulk {
    use std::io::{Cursor, Error, Result};
    use std::marker::PhantomData;

    use ruzstd::decoding::FrameDecoder;

    /// Decompresses.
    pub struct Decompressor<'d> {
        decoder: FrameDecoder,
        dictionary: PhantomData<&'d [u8]>,
    }

    impl Decompressor<'_> {
        /// A decompressor without a dictionary.
        ///
        /// # Errors
        /// None: the crate `zstd` has one.
        pub fn new() -> Result<Self> {
            Ok(Self {
                decoder: FrameDecoder::new(),
                dictionary: PhantomData,
            })
        }

        /// The bytes of frames that become at most `capacity` bytes.
        ///
        /// # Errors
        /// If they are no such frames.
        pub fn decompress(&mut self, source: &[u8], capacity: usize) -> Result<Vec<u8>> {
            let mut bytes = Vec::with_capacity(capacity);
            self.append(source, &mut bytes)?;
            Ok(bytes)
        }

        /// Writes the bytes of frames at the cursor's place, as far as the vector has room, and returns how
        /// many they are.
        ///
        /// # Errors
        /// If they are no frames, or there are more bytes than room.
        pub fn decompress_to_buffer(
            &mut self,
            source: &[u8],
            destination: &mut Cursor<&mut Vec<u8>>,
        ) -> Result<usize> {
            let start = usize::try_from(destination.position()).map_err(Error::other)?;
            let bytes = destination.get_mut();
            bytes.truncate(start);
            self.append(source, bytes)?;
            let count = bytes.len() - start;
            destination.set_position((start + count) as u64);
            Ok(count)
        }

        fn append(&mut self, source: &[u8], bytes: &mut Vec<u8>) -> Result<()> {
            self.decoder
                .decode_all_to_vec(source, bytes)
                .map_err(|error| Error::other(format!("damaged Zstandard: {error}")))
        }
    }

    /// Would compress; here it says that it does not.
    pub struct Compressor<'d>(PhantomData<&'d [u8]>);

    impl Compressor<'_> {
        /// A compressor without a dictionary.
        ///
        /// # Errors
        /// None: the crate `zstd` has one.
        pub const fn new(_level: i32) -> Result<Self> {
            Ok(Self(PhantomData))
        }

        /// Compresses nothing.
        ///
        /// # Errors
        /// Always.
        pub fn compress_to_buffer(
            &mut self,
            _source: &[u8],
            _destination: &mut Cursor<&mut Vec<u8>>,
        ) -> Result<usize> {
            Err(Error::other("Zstandard is only read here, not written"))
        }
    }
}

/// What the C library has itself.
pub mod zstd_safe {
    use std::io::{Error, Result};

    use ruzstd::decoding::FrameDecoder;

    /// How many bytes a frame becomes, if it says so.
    ///
    /// # Errors
    /// If it is no frame.
    pub fn get_frame_content_size(source: &[u8]) -> Result<Option<u64>> {
        let mut decoder = FrameDecoder::new();
        decoder.init(source).map_err(Error::other)?;
        Ok(Some(decoder.content_size()).filter(|size| *size > 0))
    }

    /// The most bytes that this number of them become when they are compressed.
    #[must_use]
    pub const fn compress_bound(size: usize) -> usize {
        size + (size >> 8) + 512
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::bulk::Decompressor;
    use super::zstd_safe::get_frame_content_size;

    /// "hello hello hello\n" as `zstd` writes it.
    const FRAME: [u8; 27] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x12, 0x65, 0x00, 0x00, 0x38, 0x68, 0x65, 0x6c, 0x6c, 0x6f,
        0x20, 0x0a, 0x01, 0x00, 0x43, 0xb1, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    #[test]
    fn damaged_frames_are_errors() {
        let mut decompressor = Decompressor::new().expect("a decompressor");
        for damaged in [&FRAME[..], b"no frame", b""] {
            let result = decompressor.decompress(&damaged[..damaged.len().min(12)], 100);
            assert_eq!(result.is_err(), !damaged.is_empty());
        }
    }

    #[test]
    fn a_frame_says_its_size() {
        assert_eq!(get_frame_content_size(&FRAME).expect("a frame"), Some(0x12));
    }

    #[test]
    fn what_stands_before_the_cursor_stays() {
        // A frame with one raw block: "abc".
        let frame = [
            0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x03, 0x19, 0x00, 0x00, b'a', b'b', b'c',
        ];
        let mut bytes = b"xy".to_vec();
        bytes.reserve(3);
        let mut cursor = Cursor::new(&mut bytes);
        cursor.set_position(2);
        let mut decompressor = Decompressor::new().expect("a decompressor");
        let count = decompressor.decompress_to_buffer(&frame, &mut cursor);
        assert_eq!(count.expect("a frame"), 3);
        assert_eq!(bytes, b"xyabc");
    }
}
