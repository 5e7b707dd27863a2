//! relucert
