//! The barista's screen: one sale in front of one person. Commands come in, one snapshot of what the screen shows
//! goes out. Everything that is true is computed here; a window only draws it.
//!
//! * [`command`] what a person can ask for; [`screen`] the snapshot; [`shelf`] the menu as tiles.
//! * [`till`] the sale in front of the barista; [`turns`] the thread that owns it and takes turns.

pub mod command;
pub mod screen;
pub mod shelf;
mod cart;
mod rest;
mod act;
mod show;
mod receipts;
pub mod till;
pub mod turns;
