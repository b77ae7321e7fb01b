//! The little of WebAssembly's format that is needed to take exports out, so that wasm-opt drops what only they reach.

/// The module without the exports that `gone` names; none if it is not a module.
pub fn without_exports(module: &[u8], gone: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    const EXPORTS: u8 = 7;
    let mut out = module.get(..HEADER)?.to_vec();
    let mut at = HEADER;
    while at < module.len() {
        let id = *module.get(at)?;
        let mut body = at + 1;
        let length = number(module, &mut body)?;
        let end = body.checked_add(length)?;
        let section = module.get(body..end)?;
        if id == EXPORTS {
            let kept = kept_exports(section, &gone)?;
            out.push(id);
            put_number(&mut out, kept.len());
            out.extend(kept);
        } else {
            out.extend(module.get(at..end)?);
        }
        at = end;
    }
    Some(out)
}

fn kept_exports(section: &[u8], gone: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let mut at = 0;
    let count = number(section, &mut at)?;
    let (mut kept, mut entries) = (0, Vec::<u8>::new());
    for _ in 0..count {
        let begin = at;
        let length = number(section, &mut at)?;
        let name = std::str::from_utf8(section.get(at..at.checked_add(length)?)?).ok()?;
        // Its kind is one byte, and then comes its index.
        at += length + 1;
        number(section, &mut at)?;
        if !gone(name) {
            kept += 1;
            entries.extend(section.get(begin..at)?);
        }
    }
    let mut out = Vec::new();
    put_number(&mut out, kept);
    out.extend(entries);
    Some(out)
}

/// An unsigned LEB128, and `at` behind it.
fn number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let (mut value, mut shift) = (0_usize, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

fn put_number(out: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::without_exports;

    /// Magic, version, and exports `ab` and `c` of functions 0 and 200.
    const MODULE: &[u8] =
        &[0, b'a', b's', b'm', 1, 0, 0, 0, 7, 11, 2, 2, b'a', b'b', 0, 0, 1, b'c', 0, 0xc8, 1, 0, 1, 9];

    #[test]
    fn an_export_goes_and_everything_else_stays() {
        let without = without_exports(MODULE, |name| name == "ab").expect("a module");
        assert_eq!(without, [0, b'a', b's', b'm', 1, 0, 0, 0, 7, 6, 1, 1, b'c', 0, 0xc8, 1, 0, 1, 9]);
        assert_eq!(without_exports(MODULE, |_| false).as_deref(), Some(MODULE));
        assert_eq!(without_exports(&MODULE[..12], |_| false), None);
    }
}
