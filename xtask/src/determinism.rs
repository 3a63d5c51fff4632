//! The same documents give the same bytes, again and elsewhere.

use std::path::Path;

use crate::generate::everything;
use crate::layout::Layout;

#[test]
fn a_second_run_and_another_folder_give_the_same_bytes() {
    let here = Layout::find().unwrap();
    let versions = here.versions().unwrap();
    let (files, report) = everything(&here, &versions).unwrap();
    for (path, text) in &files {
        assert!(here.read(path).unwrap().as_ref() == Some(text), "{path} is not current");
    }

    let folder = format!("a folder of another name {}", std::process::id());
    let root = std::env::temp_dir().join(folder);
    let copied = ["openai-azure-sys/README.md", "openai-azure-sys/src/lib.rs"].map(|f| here.at(f));
    for file in copied.into_iter().chain(here.files(Path::new("spec"), "").unwrap()) {
        let target = root.join(here.relative(&file));
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(file, target).unwrap();
    }
    let elsewhere = everything(&Layout::of(&root), &versions);
    let _ = std::fs::remove_dir_all(&root);
    assert!(elsewhere.unwrap() == (files, report));
}
