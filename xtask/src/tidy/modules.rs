//! Which file of a crate leans on which: the modules of its Rust sources and what they name.
//!
//! Read without a compiler, from the words of the files: paths in `use` and in code, followed through
//! imports and re-exports to the file that defines what they name. What names nothing (a method, a
//! field, a macro of the whole crate) is not seen.

pub(crate) mod arrow;
pub(crate) mod package;
mod reader;
mod scope;
mod token;
mod web;
