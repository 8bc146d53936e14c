//! Generated tokens put in their place: paths go to the facade by the name that it has here, names of the program get the program's spans.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// The tokens with every leading `::tapeless` of a path replaced by `facade`, and with the spans of `names`: at the program's places, but
/// visible where the macro is called.
pub(crate) fn placed(stream: TokenStream, facade: &TokenStream, names: &BTreeMap<&str, Span>) -> TokenStream {
    changed(stream.clone(), facade, names).unwrap_or(stream)
}

/// None where nothing changes: to take a group apart costs less than to put it together again.
fn changed(stream: TokenStream, facade: &TokenStream, names: &BTreeMap<&str, Span>) -> Option<TokenStream> {
    let is = |tree: Option<&TokenTree>, c: char| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    let mut out: Vec<TokenTree> = Vec::new();
    let mut any = false;
    // Where a pass's own code comes next. It holds most tokens, no path to the facade, and nothing that an editor is asked for.
    let (mut before, mut inside) = (Item::Other, false);
    for tree in stream {
        let mut item = Item::Other;
        match tree {
            TokenTree::Group(group) if inside && group.delimiter() == Delimiter::Brace => {
                inside = false;
                out.push(group.into());
            }
            // An attribute, as each line of documentation is one.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && is(out.last(), '#') => out.push(group.into()),
            TokenTree::Group(group) => match changed(group.stream(), facade, names) {
                Some(stream) => {
                    any = true;
                    let mut renamed = Group::new(group.delimiter(), stream);
                    renamed.set_span(group.span());
                    out.push(renamed.into());
                }
                None => out.push(group.into()),
            },
            TokenTree::Ident(mut ident) => {
                let name = ident.to_string();
                if name == "tapeless" {
                    let colons = out.len().saturating_sub(2);
                    let leading = is(out.get(colons), ':') && is(out.last(), ':') && out.len() >= 2;
                    if leading && !ends_a_path(&out[..colons]) {
                        any = true;
                        out.truncate(colons);
                        out.extend(facade.clone());
                        continue;
                    }
                }
                item = match name.as_str() {
                    "fn" => Item::Function,
                    "mod" => Item::Module,
                    _ => Item::Other,
                };
                inside |= matches!((before, name.as_str()), (Item::Function, "run") | (Item::Module, "kernels"));
                if let Some(span) = names.get(name.strip_prefix("r#").unwrap_or(&name)) {
                    any = true;
                    ident.set_span(Span::call_site().located_at(*span));
                }
                out.push(ident.into());
            }
            tree => out.push(tree),
        }
        before = item;
    }
    any.then(|| out.into_iter().collect())
}

/// What a keyword begins.
#[derive(Clone, Copy)]
enum Item {
    Function,
    Module,
    Other,
}

/// Whether `::` after these tokens goes on with a path.
fn ends_a_path(before: &[TokenTree]) -> bool {
    const KEYWORDS: [&str; 18] = [
        "as", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut", "ref", "return", "use", "where",
        "while",
    ];
    match before {
        [.., TokenTree::Ident(ident)] => !KEYWORDS.contains(&ident.to_string().as_str()),
        // `->` and `=>` are followed by a new path.
        [.., TokenTree::Punct(arrow), TokenTree::Punct(punct)] if punct.as_char() == '>' => !matches!(arrow.as_char(), '-' | '='),
        [.., TokenTree::Punct(punct)] => punct.as_char() == '>',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::str::FromStr;

    use proc_macro2::TokenStream;

    use super::placed;

    #[test]
    fn leading_paths_are_renamed_and_no_others() {
        let cases = [
            ("use ::tapeless::rt;", "use nets::rt;"),
            ("fn f() -> ::tapeless::Vec { a(::tapeless::b, x::tapeless::y) }", "fn f() -> nets::Vec { a(nets::b, x::tapeless::y) }"),
            (
                "impl ::tapeless::T for <X>::tapeless { match x { y => ::tapeless::z } }",
                "impl nets::T for <X>::tapeless { match x { y => nets::z } }",
            ),
            ("mod tapeless {} use self::tapeless::a;", "mod tapeless {} use self::tapeless::a;"),
        ];
        let parse = |text: &str| TokenStream::from_str(text).unwrap();
        for (text, expected) in cases {
            assert_eq!(placed(parse(text), &parse("nets"), &BTreeMap::new()).to_string(), parse(expected).to_string());
        }
    }
}
