//! What needs the whole: every scenario, the manual and the pages. They are one program, since each
//! program is linked anew after every change.

mod determinism;
mod limits;
mod manual;
mod report;
