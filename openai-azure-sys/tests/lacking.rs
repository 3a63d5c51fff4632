//! An operation that an api-version lacks does not compile against it.

#[test]
fn an_operation_that_a_version_lacks_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
