//! Has the program built anew when the app's files change: they become part of it (`src/http/app.rs`).

fn main() {
    let dist = "../../dist";
    // Cargo takes a folder that is missing for one that changes all the time.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed={dist}");
}
