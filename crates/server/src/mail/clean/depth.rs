//! How deep HTML is nested, found without building it: a tree builder whose nodes are numbers. It is fed in pieces, so
//! that a mail nested 40,000 deep is given up early and costs little.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// Bytes fed at a time: what can be opened within one piece bounds the work.
const PIECE: usize = 8 * 1024;

/// Whether any element of `html` stands deeper than `most`. It may say so too early for HTML that is badly
/// misnested, never too late.
pub(super) fn deeper_than(html: &str, most: usize) -> bool {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let mut parser = html5ever::parse_fragment(Sink::default(), ParseOpts::default(), context, vec![], false);
    let mut rest = html;
    while !rest.is_empty() {
        let mut end = PIECE.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        parser.process(StrTendril::from_slice(&rest[..end]));
        rest = &rest[end..];
        if parser.tokenizer.sink.sink.deepest.get() > most {
            return true;
        }
    }
    parser.finish() > most
}

#[derive(Default)]
struct Sink {
    deepest: Cell<usize>,
    /// How often a family was moved down by one, which its numbers do not show.
    moves: Cell<usize>,
}

/// A node knows its depth and neither parent nor children, so dropping it is nothing.
struct Node {
    name: QualName,
    depth: Cell<usize>,
}

impl Sink {
    fn node(name: QualName) -> Rc<Node> {
        Rc::new(Node { name, depth: Cell::new(0) })
    }

    fn unnamed() -> Rc<Node> {
        Self::node(QualName::new(None, ns!(), local_name!("")))
    }

    fn place(&self, node: NodeOrText<Rc<Node>>, depth: usize) {
        if let NodeOrText::AppendNode(node) = node {
            node.depth.set(depth);
            self.deepest.set(self.deepest.get().max(depth + self.moves.get()));
        }
    }
}

impl TreeSink for Sink {
    type Handle = Rc<Node>;
    type Output = usize;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> usize {
        self.deepest.get()
    }

    fn get_document(&self) -> Rc<Node> {
        Self::unnamed()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, _: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        Self::node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        Self::unnamed()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        Self::unnamed()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.place(child, parent.depth.get() + 1);
    }

    fn append_before_sibling(&self, sibling: &Rc<Node>, node: NodeOrText<Rc<Node>>) {
        self.place(node, sibling.depth.get());
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, above: &Rc<Node>, node: NodeOrText<Rc<Node>>) {
        self.place(node, element.depth.get().max(above.depth.get() + 1));
    }

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, x: &Rc<Node>, y: &Rc<Node>) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {
        self.moves.set(self.moves.get() + 1);
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Rc<Node>) {}
}

#[cfg(test)]
mod tests {
    use super::deeper_than;

    #[test]
    fn depth_is_told_whatever_it_is_made_of() {
        for open in ["<div>", "<b>", "<table><tr><td>", "<p><font color=1>", "<span></x>", "<b><div></b>", "<svg><a>"] {
            let open = open.replace("=1", "=\u{1}");
            let deep: String = (0..2_000).map(|n| open.replace('\u{1}', &n.to_string())).collect();
            assert!(deeper_than(&deep, 400), "{open}");
        }
        assert!(!deeper_than(&"<div><p>a<br><b>b</b></div>".repeat(5_000), 400));
        assert!(!deeper_than(&"<p>a<li>b<td>".repeat(1_000), 400));
    }
}
