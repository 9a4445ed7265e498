//! Receipt printers that speak ESC/POS: a slip becomes bytes, the bytes go to a file or a socket.
//!
//! `page` turns text into bytes of a code page, `layout` into rows of the paper's width, [`mod@render`] into
//! commands through the `escpos` crate, [`output`] sends them. All but the last are pure.
//!
//! The crate's text commands are not used: a character that the page lacks leaves them as raw UTF-8
//! without an error, and the printer prints rubbish. Nor is its drawer command, which lacks two bytes,
//! nor its partial cut, which asks for a full one.

mod bars;
pub mod device;
mod layout;
pub mod logo;
pub mod output;
pub mod page;
pub mod press;
pub mod render;
pub mod status;

pub use device::DevicePrinter;
pub use logo::Logo;
pub use output::{FilePrinter, TcpPrinter};
pub use page::{Page, PageFault};
pub use press::Press;
pub use render::{Paper, render};
