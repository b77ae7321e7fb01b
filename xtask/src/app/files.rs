//! Files of `dist/`: written under names by content, copied, compressed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::{About, Result};

/// How hard brotli tries: the most. Done once here, it costs the server nothing.
const QUALITY: u32 = 11;
/// Log2 of the window: 4 MB holds the whole wasm.
const WINDOW: u32 = 22;

pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).about(path)
}

/// Sixteen hexadecimal digits of the content's SHA-256.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes `bytes` as `name-HASH.extension` and answers with that name.
pub fn put(folder: &Path, name: &str, extension: &str, bytes: &[u8]) -> Result<String> {
    std::fs::create_dir_all(folder).about(folder)?;
    let name = format!("{name}-{}.{extension}", hash(bytes));
    let path = folder.join(&name);
    std::fs::write(&path, bytes).about(&path)?;
    Ok(name)
}

/// Makes the folder, or removes all that is in it.
pub fn empty_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).about(folder)?;
    }
    std::fs::create_dir_all(folder).about(folder)
}

/// Every file under the folder, sorted. Nothing when the folder is not there.
pub fn tree(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if !folder.exists() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).about(&folder)? {
            let path = entry.about(&folder)?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// One hash over the names and contents of a whole folder, wherever it lies.
pub fn tree_hash(folder: &Path) -> Result<String> {
    let mut all = Vec::new();
    for path in tree(folder)? {
        all.extend_from_slice(path.strip_prefix(folder).about(&path)?.to_string_lossy().as_bytes());
        all.extend_from_slice(hash(&read(&path)?).as_bytes());
    }
    Ok(hash(&all))
}

pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for path in tree(from)? {
        let target = to.join(path.strip_prefix(from).about(&path)?);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).about(folder)?;
        }
        std::fs::copy(&path, &target).about(&path)?;
    }
    Ok(())
}

/// Lays `name.br` beside every file that brotli makes smaller; pictures and fonts that are compressed already stay alone.
pub fn compress_tree(folder: &Path) -> Result<()> {
    for path in tree(folder)? {
        let bytes = read(&path)?;
        let mut small = Vec::new();
        {
            let mut writer = brotli::CompressorWriter::new(&mut small, 1 << 16, QUALITY, WINDOW);
            writer.write_all(&bytes).about(&path)?;
            writer.flush().about(&path)?;
        }
        if small.len() < bytes.len() {
            let mut name = path.clone().into_os_string();
            name.push(".br");
            std::fs::write(&name, small).about(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{hash, tree_hash};

    #[test]
    fn a_name_changes_with_the_content_and_only_then() {
        assert_eq!(hash(b"a"), hash(b"a"));
        assert_ne!(hash(b"a"), hash(b"b"));
        assert_eq!(hash(b"").len(), 16);
    }

    #[test]
    fn two_checkouts_of_the_same_files_have_one_hash() {
        let root = std::env::temp_dir().join(format!("samtal-tree-{}", std::process::id()));
        let folders = ["one", "another"].map(|name| root.join(name));
        for folder in &folders {
            std::fs::create_dir_all(folder.join("inner")).expect("a folder");
            std::fs::write(folder.join("a.txt"), "a").expect("a file");
            std::fs::write(folder.join("inner/b.txt"), "b").expect("a file");
        }
        let hashes = || folders.each_ref().map(|folder| tree_hash(folder).expect("a hash"));
        let [one, another] = hashes();
        assert_eq!(one, another);
        std::fs::rename(folders[1].join("a.txt"), folders[1].join("c.txt")).expect("another name");
        let [one, another] = hashes();
        assert_ne!(one, another);
        std::fs::remove_dir_all(&root).expect("tidied up");
    }
}
