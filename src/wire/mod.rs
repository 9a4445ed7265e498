//! What counter and office say to each other: versioned, frozen in `docs/`, pure.
//!
//! May import facts. Not here: sockets, SQL, the clock, anything that can be said in another way.

pub mod record;
