//! Flow: the only room that strings steps together and touches the world, through ports and store.
//!
//! Three verbs: [`Counter::greet`], [`Counter::quote`], [`Counter::settle`]; beside them refund, cancel,
//! resume, print. Not here: SQL, sockets, device names, arithmetic on money.

pub mod fault;
pub mod ids;
pub mod decision;
pub mod answers;
pub mod counter;
mod open_visit;
mod menu_watch;
pub mod calm;
pub mod greet;
mod identify;
pub mod scanned;
pub mod quote;
pub mod journal;
pub mod settle;
pub mod closing;
pub mod pin;
pub mod sign_on;
pub mod refund;
pub mod resume;
pub mod review;
pub mod tape;
pub mod print;
mod load;
mod standing;
pub mod deliver;
pub mod courier;
pub mod enrol;
mod erase;
mod merge;
mod spend;
pub mod ask;
mod coupon;
pub mod carry;
pub mod neighbour;
mod next_door;
mod copies;
pub mod join;
pub mod status;
pub mod health;
pub mod tryout;
pub mod till;
pub mod at_hand;
pub mod stop_list;
pub mod replay;
#[cfg(feature = "learn")]
mod evidence;
#[cfg(feature = "learn")]
pub mod refit;
#[cfg(feature = "learn")]
pub mod mirror;

pub use counter::Counter;
pub use fault::FlowFault;
