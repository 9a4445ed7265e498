//! What is plugged into the counter: registers, printers, scanners, the clock.
//!
//! Each family is a codec (pure, bytes ↔ messages) beside a client (sockets, deadlines), behind a trait
//! of [`crate::ports`]. May use facts, steps, ports and words. Not here: the store, the street, what a visit is.
//! [`config`] reads which devices a counter has and opens them; docs/devices.md tells it to people.

pub mod fault;
pub mod clock;
pub mod manual;
pub mod simulator;
pub mod http;
pub mod alfa_kassa;
pub mod atol;
pub mod ikassa;
pub mod tape;
pub mod port;
pub mod escpos;
pub mod scanner;
pub mod config;

pub use config::{Devices, DevicesConfig, open};
pub use fault::DeviceFault;
