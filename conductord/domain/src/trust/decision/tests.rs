//! Laws of the slice.
