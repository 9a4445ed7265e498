//! The simulated register: a separate program with a simple HTTP protocol (docs/register-simulator.md).

pub mod codec;
pub mod client;

pub use client::SimulatorRegister;
