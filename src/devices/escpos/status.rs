//! What a printer says about itself in real time (DLE EOT n, Epson's reference). Pure.

/// Asks for the printer, the cause of being offline, and the paper.
pub const QUESTIONS: [u8; 9] = [0x10, 0x04, 1, 0x10, 0x04, 2, 0x10, 0x04, 4];
/// One byte for each question.
pub const ANSWERS: usize = 3;

/// What keeps a printer from printing: one sentence each, with what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The roll has ended.
    #[error("the printer has no paper; put a new roll in")]
    NoPaper,
    /// Somebody has opened it.
    #[error("the printer's cover is open; close it")]
    CoverOpen,
    /// Cutter, head or voltage.
    #[error("the printer reports an error; switch it off and on, look at the cutter")]
    Error,
    /// It takes nothing, and says no cause.
    #[error("the printer is offline; look at its buttons")]
    Offline,
    /// Bytes that are no status.
    #[error("what the printer says about itself is no ESC/POS status; is it another device?")]
    NoStatus,
}

/// Reads the answers to all questions; nothing means that it prints.
///
/// # Errors
/// What keeps it from printing.
pub const fn read([printer, cause, paper]: [u8; ANSWERS]) -> Result<(), Trouble> {
    // Bits 0, 1, 4 and 7 of every status byte are fixed: 0xx1xx10.
    if !is_status(printer) || !is_status(cause) || !is_status(paper) {
        return Err(Trouble::NoStatus);
    }
    if paper & 0x60 != 0 || cause & 0x20 != 0 {
        return Err(Trouble::NoPaper);
    }
    if cause & 0x04 != 0 {
        return Err(Trouble::CoverOpen);
    }
    if cause & 0x40 != 0 {
        return Err(Trouble::Error);
    }
    if printer & 0x08 != 0 { Err(Trouble::Offline) } else { Ok(()) }
}

const fn is_status(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_mean_what_the_reference_says() {
        let table = [
            ([0x12, 0x12, 0x12], Ok(())),
            ([0x16, 0x12, 0x1E], Ok(())),
            ([0x1A, 0x32, 0x72], Err(Trouble::NoPaper)),
            ([0x1A, 0x12, 0x72], Err(Trouble::NoPaper)),
            ([0x1A, 0x16, 0x12], Err(Trouble::CoverOpen)),
            ([0x1A, 0x52, 0x12], Err(Trouble::Error)),
            ([0x1A, 0x12, 0x12], Err(Trouble::Offline)),
            (*b"HTT", Err(Trouble::NoStatus)),
            ([0, 0, 0], Err(Trouble::NoStatus)),
        ];
        for (bytes, expected) in table {
            assert_eq!(read(bytes), expected, "{bytes:02x?}");
        }
    }
}
