//! An operation that an api-version lacks does not compile against it.
//!
//! The compiler's words depend on which other versions there are, and the test builds the crate
//! anew with the same features, so it wants one version alone:
//! `cargo test -p openai-azure-sys --features 2024-10-21 --test lacking`.

#[test]
fn an_operation_that_a_version_lacks_does_not_compile() {
    if cfg!(feature = "all-versions") {
        println!(
            "skipped: an_operation_that_a_version_lacks_does_not_compile: the feature 2024-10-21 is not alone"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
