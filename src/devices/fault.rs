//! What can be wrong with a device before it is used. Once in use, a device speaks through its port.

use std::path::PathBuf;

/// Why a counter's devices could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeviceFault {
    /// The configuration file cannot be read from disk.
    #[error("{path} cannot be read: {why}; check the path given with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// The file is not TOML, or a key or value is not one of ours.
    #[error("{place}: {why}")]
    Config {
        /// The file, with table and key where they are known.
        place: String,
        /// What is wrong and what to write instead.
        why: String,
    },
    /// A device is named but cannot be opened.
    #[error("{device} cannot be opened: {why}")]
    Open {
        /// Which one.
        device: String,
        /// What is wrong and what to do.
        why: String,
    },
}

impl DeviceFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            DeviceFault::Unreadable { .. } => "config_unreadable",
            DeviceFault::Config { .. } => "config_invalid",
            DeviceFault::Open { .. } => "device_not_opened",
        }
    }
}
