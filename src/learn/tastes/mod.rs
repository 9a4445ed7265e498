//! Tastes: what is bought together, what similar guests buy, what the guest buys again.

pub mod baskets;
pub mod itemsets;
pub mod rules;
