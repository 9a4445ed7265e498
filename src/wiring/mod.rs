//! A counter put together: the only room that names store, devices and line of one machine at once. Whoever drives a
//! counter (the command line, the window) starts here, so that all of them sell alike.
//!
//! * [`engine`] configuration → a counter with its devices; [`mod@line`] the courier between it and the office;
//!   [`neighbours`] the lines between it and the other counters of its shop.
//! * [`scans`] a scanner at a port of its own; [`screen`] a till behind the barista's screen;
//!   [`training`] one to practise on; [`updates`] where a newer program may come from.

pub mod engine;
pub mod line;
pub mod neighbours;
pub mod scans;
pub mod screen;
mod table;
pub mod training;
pub mod updates;

use crate::devices::DeviceFault;
use crate::flow::FlowFault;
use crate::store::StoreFault;

/// Why a counter is not put together, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct NotWired {
    code: &'static str,
    why: String,
}

impl NotWired {
    /// The stable code of what was wrong, by which a screen has words of its own.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// A file of the configuration says what cannot be.
    fn configured(why: String) -> NotWired {
        NotWired { code: "config_invalid", why }
    }
}

impl From<DeviceFault> for NotWired {
    fn from(fault: DeviceFault) -> NotWired {
        NotWired { code: fault.code(), why: fault.to_string() }
    }
}

impl From<FlowFault> for NotWired {
    fn from(fault: FlowFault) -> NotWired {
        NotWired { code: fault.code(), why: fault.to_string() }
    }
}

impl From<StoreFault> for NotWired {
    fn from(fault: StoreFault) -> NotWired {
        NotWired { code: fault.code(), why: fault.to_string() }
    }
}

/// The system did not give what is needed: a thread, random numbers, a file.
impl From<String> for NotWired {
    fn from(why: String) -> NotWired {
        NotWired { code: "counter_not_ready", why }
    }
}
