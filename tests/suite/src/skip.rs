//! Tests that cannot run here.

/// Prints that the test that runs, or a part of it, is skipped, and why. `.ci/run` lists and counts
/// these lines at its end.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    println!("skipped: {}: {why}", thread.name().unwrap_or("a test"));
}
