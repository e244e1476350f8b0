//! The tests of this package are its two targets: `ui` (compile-fail cases) and `it` (integration).
