//! Small files that really open: a PDF of one page, a picture of a shelf, a table, a note.

/// A file in a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
    /// Shown in the HTML by this id.
    pub cid: Option<&'static str>,
}

/// A page with these lines, the first as its heading. Letters of Latin-1 only.
pub(super) fn pdf(name: &str, lines: &[&str]) -> File {
    let mut page = String::from("BT /F1 20 Tf 60 780 Td ");
    for (number, line) in lines.iter().enumerate() {
        let escaped: String = line
            .chars()
            .map(|c| match c {
                '(' | ')' | '\\' => format!("\\{c}"),
                c if c.is_ascii() => c.to_string(),
                c if u32::from(c) < 256 => format!("\\{:03o}", u32::from(c)),
                _ => "?".to_owned(),
            })
            .collect();
        if number == 1 {
            page.push_str("/F1 11 Tf 0 -12 Td ");
        }
        page.push_str(&format!("({escaped}) Tj 0 -18 Td "));
    }
    page.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = vec![];
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let table = out.len();
    out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        out.push_str(&format!("{place:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    File { name: name.to_owned(), media_type: "application/pdf", bytes: out.into_bytes(), cid: None }
}

/// A picture of a wall with a shelf on it; `tint` moves the colour of the wood.
pub(super) fn png(name: &str, tint: u8, cid: Option<&'static str>) -> File {
    const WIDTH: usize = 160;
    const HEIGHT: usize = 100;
    let mut pixels = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        // No filter.
        pixels.push(0);
        for x in 0..WIDTH {
            let plank = (12..148).contains(&x) && ((30..36).contains(&y) || (66..72).contains(&y));
            let bracket = (matches!(x, 26..=28 | 131..=133)) && ((36..46).contains(&y) || (72..82).contains(&y));
            let book = (50..66).contains(&y) && (40..96).contains(&x) && x % 8 != 0;
            pixels.push(match (plank, bracket, book) {
                (true, ..) => 1 + u8::from((x * 7 + y * 3) % 23 < 3),
                (_, true, _) => 3,
                (.., true) => 4 + u8::try_from((x / 8) % 3).unwrap_or(0),
                _ => 0,
            });
        }
    }
    let wood = 120_u8.saturating_add(tint);
    let palette = [
        [240, 236, 228],
        [wood.saturating_add(40), wood, 70],
        [wood.saturating_add(20), wood.saturating_sub(22), 56],
        [60, 62, 66],
        [61, 107, 87],
        [47, 111, 159],
        [156, 90, 46],
    ];
    let mut header = vec![];
    header.extend(u32::try_from(WIDTH).unwrap_or(0).to_be_bytes());
    header.extend(u32::try_from(HEIGHT).unwrap_or(0).to_be_bytes());
    // Eight bits, palette, the one compression, the one filter method, not interlaced.
    header.extend([8, 3, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut bytes, b"IHDR", &header);
    chunk(&mut bytes, b"PLTE", palette.as_flattened());
    chunk(&mut bytes, b"IDAT", &stored(&pixels));
    chunk(&mut bytes, b"IEND", &[]);
    File { name: name.to_owned(), media_type: "image/png", bytes, cid }
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let start = out.len();
    out.extend(kind);
    out.extend(data);
    let sum = out[start..].iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 })
    });
    out.extend((!sum).to_be_bytes());
}

/// zlib without compressing.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(60_000).collect();
    for (number, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        out.push(u8::from(number + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

pub(super) fn csv(name: &str, lines: &[&str]) -> File {
    File { name: name.to_owned(), media_type: "text/csv", bytes: (lines.join("\r\n") + "\r\n").into_bytes(), cid: None }
}

pub(super) fn note(name: &str, text: &str) -> File {
    File { name: name.to_owned(), media_type: "text/plain", bytes: text.as_bytes().to_vec(), cid: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_holds_together() {
        let file = png("a.png", 20, None);
        // The checksum of an empty IEND is known everywhere.
        assert!(file.bytes.ends_with(b"IEND\xae\x42\x60\x82"));
        assert!(file.bytes.len() < 17_000);
    }

    #[test]
    fn the_page_table_points_at_its_objects() {
        let file = pdf("a.pdf", &["Räkning (1)", "rad"]);
        let text = String::from_utf8(file.bytes).expect("ascii");
        let table: usize = text
            .split("startxref\n")
            .nth(1)
            .and_then(|it| it.lines().next())
            .expect("a place")
            .parse()
            .expect("a number");
        assert!(text[table..].starts_with("xref"));
        let first: usize = text[table..].lines().nth(3).expect("a row")[..10].parse().expect("a number");
        assert!(text[first..].starts_with("1 0 obj"));
        assert!(text.contains("R\\344kning \\(1\\)"));
    }
}
