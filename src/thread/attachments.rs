//! Files that came with a message (T2): pictures as pictures, all with name, size and download.

use super::rows::size_in_words;
use crate::api;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::Pieces;
use leptos::prelude::*;
use samtal_model::MessageId;
use samtal_model::wire::AttachmentView;

/// The kinds of picture the server shows inside the page.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

#[component]
pub fn Attachments(message: MessageId, files: Vec<AttachmentView>) -> impl IntoView {
    view! {
        <ul class="attachments" aria-label="Attachments">
            {files.into_iter().map(|file| view! { <li><Attachment message file/></li> }).pieces()}
        </ul>
    }
}

#[component]
fn Attachment(message: MessageId, file: AttachmentView) -> impl IntoView {
    let AttachmentView { index, name, media_type, size, .. } = file;
    let name = if name.is_empty() { "Unnamed file".to_owned() } else { name };
    let url = api::attachment_url(message, index, false);
    let picture = PICTURES.contains(&media_type.as_str()).then(|| {
        let inline = api::attachment_url(message, index, true);
        let label = ["Open ", &name].concat();
        let source = inline.clone();
        view! {
            <a class="attachment-picture" href=inline target="_blank" rel="noopener" aria-label=label>
                <img src=source alt="" loading="lazy" decoding="async"/>
            </a>
        }
    });
    let label = ["Download ", &name, ", ", &size_in_words(size)].concat();
    let (tip, saved_as, has_picture) = (name.clone(), name.clone(), picture.is_some());
    view! {
        <div class="attachment" class:attachment-with-picture=has_picture>
            {picture}
            <a class="attachment-file" href=url download=saved_as aria-label=label data-tip=tip>
                <Icon glyph=glyph(&media_type)/>
                <span class="attachment-name">{name}</span>
                <small>{size_in_words(size)}</small>
            </a>
        </div>
    }
}

fn glyph(media_type: &str) -> Glyph {
    match media_type.split_once('/') {
        Some(("image", _)) => Glyph::Image,
        Some(("text", _)) | Some(("application", "pdf")) => Glyph::FileText,
        Some(("application", kind)) if kind.contains("zip") || kind.contains("tar") || kind.contains("compressed") => {
            Glyph::FileArchive
        }
        _ => Glyph::Paperclip,
    }
}
