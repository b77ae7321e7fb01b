//! Words without case and accents. For Latin letters this agrees with what the server indexes, without the tables of
//! Unicode, which are larger than the rest of the search. `tests/model/folds.txt` lists what both have to give.

use std::ops::Range;

/// From U+00AA on: the letter or digit without its accent; a dot where there is none, or more than one.
const LATIN: &[u8; 422] = b"a.......23.....1o.....aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.cee\
eeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggghh..ii\
iiiiiiii..jjkk.llllll..llnnnnnn...oooooo..rrrrrrsssssssstttt..uu\
uuuuuuuuuuwwyyyzzzzzzs................................oo........\
.....uu............................aaiioouuuuuuuuuu.aaaa....ggkk\
oooo..j...gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hh......aaee\
ooooooooyy............................";

/// From U+1E00 on, likewise.
const LATIN_ADDITIONAL: &[u8; 256] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// An accent that stands behind its letter, as in decomposed text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether `c` belongs to a word that has begun.
pub(super) fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Appends what is left of `c`: nothing of an accent, two letters of æ.
fn fold(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let code = c as usize;
    let plain = LATIN.get(code.wrapping_sub(0xaa)).or_else(|| LATIN_ADDITIONAL.get(code.wrapping_sub(0x1e00)));
    if let Some(&plain) = plain
        && plain != b'.'
    {
        out.push(char::from(plain));
        return;
    }
    match c {
        _ if is_mark(c) => {}
        'ß' | 'ẞ' => out.push_str("ss"),
        'æ' | 'Æ' | 'ǣ' | 'Ǣ' | 'ǽ' | 'Ǽ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'þ' | 'Þ' => out.push_str("th"),
        'ĳ' | 'Ĳ' => out.push_str("ij"),
        'Ǆ'..='ǆ' | 'Ǳ'..='ǳ' => out.push_str("dz"),
        'Ǉ'..='ǉ' => out.push_str("lj"),
        'Ǌ'..='ǌ' => out.push_str("nj"),
        'ё' | 'Ё' => out.push('е'),
        'й' | 'Й' => out.push('и'),
        'ї' | 'Ї' => out.push('і'),
        'ў' | 'Ў' => out.push('у'),
        'ά' | 'Ά' => out.push('α'),
        'έ' | 'Έ' => out.push('ε'),
        'ή' | 'Ή' => out.push('η'),
        'ί' | 'Ί' | 'ϊ' | 'Ϊ' | 'ΐ' => out.push('ι'),
        'ό' | 'Ό' => out.push('ο'),
        'ύ' | 'Ύ' | 'ϋ' | 'Ϋ' | 'ΰ' => out.push('υ'),
        'ώ' | 'Ώ' => out.push('ω'),
        _ => {
            for lower in c.to_lowercase() {
                out.push(lower);
            }
        }
    }
}

/// The words of `text`, folded, with one space between them.
#[must_use]
pub fn folded(text: &str) -> String {
    Folded::new(text).text
}

/// A word of a text.
pub(super) struct FoldedWord {
    /// Where it stands in the text, accents behind its last letter included.
    pub at: Range<usize>,
    /// Where it stands in [`Folded::text`].
    pub folded: Range<usize>,
}

/// A text cut into words.
pub(super) struct Folded<'a> {
    source: &'a str,
    /// The words with one space between them.
    pub text: String,
    pub words: Vec<FoldedWord>,
}

impl<'a> Folded<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut text = String::with_capacity(source.len());
        let mut words: Vec<FoldedWord> = Vec::new();
        let mut within = false;
        for (at, c) in source.char_indices() {
            if is_mark(c) {
                // Behind a letter it is that letter's; elsewhere it stands for nothing.
                if within && let Some(word) = words.last_mut() {
                    word.at.end = at + c.len_utf8();
                }
                continue;
            }
            if !c.is_alphanumeric() {
                within = false;
                continue;
            }
            if !within {
                if !text.is_empty() {
                    text.push(' ');
                }
                words.push(FoldedWord { at: at..at, folded: text.len()..text.len() });
                within = true;
            }
            fold(c, &mut text);
            if let Some(word) = words.last_mut() {
                word.at.end = at + c.len_utf8();
                word.folded.end = text.len();
            }
        }
        Self { source, text, words }
    }

    /// Where `parts` end in the source if they stand there one after another from the word `first` on; with `prefix`,
    /// the last part may be the beginning of a word.
    pub(super) fn end_of(&self, first: usize, parts: &[String], prefix: bool) -> Option<usize> {
        let mut end = None;
        for (nth, part) in parts.iter().enumerate() {
            let word = self.words.get(first + nth)?;
            let folded = &self.text[word.folded.clone()];
            if folded == part {
                end = Some(word.at.end);
            } else if prefix && nth + 1 == parts.len() && folded.starts_with(part.as_str()) {
                end = Some(self.end_of_beginning(word, part.len()));
            } else {
                return None;
            }
        }
        end
    }

    /// Where in the source the first `length` bytes of a folded word end: behind the whole letter and its accents.
    fn end_of_beginning(&self, word: &FoldedWord, length: usize) -> usize {
        let mut seen = String::new();
        let mut end = word.at.start;
        for c in self.source[word.at.clone()].chars() {
            if seen.len() >= length && !is_mark(c) {
                break;
            }
            fold(c, &mut seen);
            end += c.len_utf8();
        }
        end
    }
}
