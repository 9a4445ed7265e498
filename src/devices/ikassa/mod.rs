//! iKassa (imlab, Belarus) in two forms: SmartX, the register app with an HTTP server, and tsrv, the fiscal
//! service under it that speaks messages in frames.

pub mod terms;
pub mod smartx;
pub mod smartx_client;
pub mod frames;
pub mod tsrv;
pub mod tsrv_client;

pub use frames::FrameCable;
pub use smartx_client::SmartxRegister;
pub use terms::Terms;
pub use tsrv_client::TsrvRegister;
