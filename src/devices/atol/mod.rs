//! ATOL: the web server of "Драйвер ККТ 10" in front of a Russian fiscal register. Tasks go into its queue under
//! a key of ours and are asked for until they are ready.

pub mod terms;
pub mod tasks;
pub mod codec;
pub mod client;

pub use client::AtolRegister;
pub use terms::Terms;
