//! Figures for the pictures of `kava report`.
