//! The programme's rules as guests read them, made of the policy in force and the campaigns: no figure on the page is typed by anybody.
//!
//! * [`page`] what is said, block by block; [`words`] in which words; [`html`] and [`pdf`] how it is laid out.
//!
//! Pure: no SQL, no clock. Not here: what a margin is and how old a cost may be, which are the chain's own affair.

pub mod html;
pub mod page;
pub mod pdf;
pub mod words;

pub use page::{Block, Campaigns, Rules, of};
pub use words::Language;
