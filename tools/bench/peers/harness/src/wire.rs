//! Queues of bytes in memory that is there already.
use std::io;

/// From one writer to one reader. The fields are for APIs that work in the caller's buffers.
pub struct Wire {
    pub bytes: Vec<u8>,
    pub read: usize,
    pub written: usize,
}

impl Wire {
    pub fn new(size: usize) -> Self {
        Wire {
            bytes: vec![0; size],
            read: 0,
            written: 0,
        }
    }

    pub fn clear(&mut self) {
        self.read = 0;
        self.written = 0;
    }

    pub fn is_empty(&self) -> bool {
        self.read == self.written
    }

    pub fn put(&mut self, data: &[u8]) -> usize {
        if self.is_empty() {
            self.clear();
        }
        let end = self.written + data.len();
        assert!(end <= self.bytes.len(), "the wire is full");
        self.bytes[self.written..end].copy_from_slice(data);
        self.written = end;
        data.len()
    }

    pub fn get(&mut self, data: &mut [u8]) -> usize {
        let count = data.len().min(self.written - self.read);
        data[..count].copy_from_slice(&self.bytes[self.read..self.read + count]);
        self.read += count;
        count
    }
}

impl io::Write for Wire {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        Ok(self.put(data))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Read for Wire {
    fn read(&mut self, data: &mut [u8]) -> io::Result<usize> {
        Ok(self.get(data))
    }
}

/// One end's view of the two wires. Raw pointers, because the callbacks of C libraries hold it too.
pub struct End {
    outward: *mut Wire,
    inward: *mut Wire,
}

impl End {
    pub(crate) fn new(outward: *mut Wire, inward: *mut Wire) -> Self {
        End { outward, inward }
    }

    // Only `Pair` makes an `End`, and it outlives both ends; all of them are of one thread, and no
    // two borrows of a wire are alive at once.
    #[allow(clippy::mut_from_ref)]
    pub fn outward(&self) -> &mut Wire {
        unsafe { &mut *self.outward }
    }
    #[allow(clippy::mut_from_ref)]
    pub fn inward(&self) -> &mut Wire {
        unsafe { &mut *self.inward }
    }
}
