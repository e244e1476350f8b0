//! The tests of this package are its targets: `ui` (compile-fail cases), `it` (integration), `fuzz` (the fuzz targets on
//! their corpus and mutations of it) and `memory` (what a request leaves behind). The library holds the fuzz targets,
//! because `fuzz/` calls them too.

pub mod fuzz;
