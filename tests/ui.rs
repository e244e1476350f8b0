#[test]
fn ui() {
    let t = trybuild::TestCases::new();
    for d in ["endpoints", "api"] {
        t.compile_fail(format!("ui/{d}/*.rs"));
    }
    t.compile_fail("ui/*/handler_*.rs");
    t.compile_fail("ui/*/shape_*.rs");
}
