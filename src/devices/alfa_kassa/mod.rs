//! Alfa-Kassa, the register app of Alfa-Bank Belarus: orders are pushed to it, a cashier takes the money.
//!
//! *Provisional*: no manual is public. The messages are those one public client was seen to send; address,
//! authentication, paths and the fields of answers are configurable. docs/registers.md says what to ask the bank.

pub mod codec;
pub mod client;

pub use client::AlfaKassaRegister;
pub use codec::Shape;
