//! The parser of `nn.pest`. Written by `cargo run -p xtask`; do not edit.

pub(crate) struct NnParser;
#[allow(dead_code, non_camel_case_types, clippy::upper_case_acronyms)]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Rule {
    ///End-of-input
    EOI,
    r#one_item,
    r#one_statement,
    r#s,
    r#line_comment,
    r#block_comment,
    r#comment_rest,
    r#doc,
    r#letter,
    r#digit,
    r#id,
    r#word,
    r#number,
    r#digits,
    r#axis_no,
    r#string,
    r#semi,
    r#comma,
    r#colon,
    r#equals,
    r#dots,
    r#open_paren,
    r#open_brace,
    r#open_bracket,
    r#close_paren,
    r#close_brace,
    r#close_bracket,
    r#end,
    r#item,
    r#use_item,
    r#const_item,
    r#function,
    r#optimizer,
    r#network,
    r#fn_kw,
    r#parameters,
    r#parameter,
    r#constant,
    r#of_fn,
    r#pattern,
    r#part,
    r#result,
    r#tuple_result,
    r#block,
    r#statement,
    r#let_statement,
    r#mutable,
    r#names,
    r#tuple_names,
    r#assign,
    r#stored,
    r#stored_kw,
    r#port,
    r#port_kw,
    r#named,
    r#named_kw,
    r#loss,
    r#yields,
    r#yields_kw,
    r#optimizer_use,
    r#setting,
    r#setting_kw,
    r#freeze,
    r#budget,
    r#assert,
    r#path,
    r#flow,
    r#flow_row,
    r#going_on,
    r#plain,
    r#reserved,
    r#flow_kw,
    r#expr,
    r#operand,
    r#prefix,
    r#op,
    r#primary,
    r#call,
    r#args,
    r#arg,
    r#paren,
    r#list,
    r#index,
    r#axis,
    r#field,
    r#if_expr,
    r#else_if,
    r#else_kw,
    r#for_expr,
    r#in_kw,
}
impl Rule {
    pub fn all_rules() -> &'static [Rule] {
        &[
            Rule::r#one_item,
            Rule::r#one_statement,
            Rule::r#s,
            Rule::r#line_comment,
            Rule::r#block_comment,
            Rule::r#comment_rest,
            Rule::r#doc,
            Rule::r#letter,
            Rule::r#digit,
            Rule::r#id,
            Rule::r#word,
            Rule::r#number,
            Rule::r#digits,
            Rule::r#axis_no,
            Rule::r#string,
            Rule::r#semi,
            Rule::r#comma,
            Rule::r#colon,
            Rule::r#equals,
            Rule::r#dots,
            Rule::r#open_paren,
            Rule::r#open_brace,
            Rule::r#open_bracket,
            Rule::r#close_paren,
            Rule::r#close_brace,
            Rule::r#close_bracket,
            Rule::r#end,
            Rule::r#item,
            Rule::r#use_item,
            Rule::r#const_item,
            Rule::r#function,
            Rule::r#optimizer,
            Rule::r#network,
            Rule::r#fn_kw,
            Rule::r#parameters,
            Rule::r#parameter,
            Rule::r#constant,
            Rule::r#of_fn,
            Rule::r#pattern,
            Rule::r#part,
            Rule::r#result,
            Rule::r#tuple_result,
            Rule::r#block,
            Rule::r#statement,
            Rule::r#let_statement,
            Rule::r#mutable,
            Rule::r#names,
            Rule::r#tuple_names,
            Rule::r#assign,
            Rule::r#stored,
            Rule::r#stored_kw,
            Rule::r#port,
            Rule::r#port_kw,
            Rule::r#named,
            Rule::r#named_kw,
            Rule::r#loss,
            Rule::r#yields,
            Rule::r#yields_kw,
            Rule::r#optimizer_use,
            Rule::r#setting,
            Rule::r#setting_kw,
            Rule::r#freeze,
            Rule::r#budget,
            Rule::r#assert,
            Rule::r#path,
            Rule::r#flow,
            Rule::r#flow_row,
            Rule::r#going_on,
            Rule::r#plain,
            Rule::r#reserved,
            Rule::r#flow_kw,
            Rule::r#expr,
            Rule::r#operand,
            Rule::r#prefix,
            Rule::r#op,
            Rule::r#primary,
            Rule::r#call,
            Rule::r#args,
            Rule::r#arg,
            Rule::r#paren,
            Rule::r#list,
            Rule::r#index,
            Rule::r#axis,
            Rule::r#field,
            Rule::r#if_expr,
            Rule::r#else_if,
            Rule::r#else_kw,
            Rule::r#for_expr,
            Rule::r#in_kw,
        ]
    }
}
#[allow(clippy::all)]
impl ::pest::Parser<Rule> for NnParser {
    fn parse<'i>(
        rule: Rule,
        input: &'i str,
    ) -> ::std::result::Result<
        ::pest::iterators::Pairs<'i, Rule>,
        ::pest::error::Error<Rule>,
    > {
        mod rules {
            #![allow(clippy::upper_case_acronyms)]
            pub mod hidden {
                use super::super::Rule;
                #[inline]
                #[allow(dead_code, non_snake_case, unused_variables)]
                pub fn skip(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    Ok(state)
                }
            }
            pub mod visible {
                use super::super::Rule;
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#one_item(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#one_item,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#SOI(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#item(state) })
                                                        .and_then(|state| { self::r#EOI(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#one_statement(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#one_statement,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#SOI(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#statement(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#close_brace(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#EOI(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#s(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .optional(|state| {
                                    state
                                        .match_string(" ")
                                        .or_else(|state| { state.match_string("\n") })
                                        .or_else(|state| { state.match_string("\r") })
                                        .or_else(|state| { state.match_string("\t") })
                                        .or_else(|state| { self::r#line_comment(state) })
                                        .or_else(|state| { self::r#block_comment(state) })
                                        .and_then(|state| {
                                            state
                                                .repeat(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            super::hidden::skip(state)
                                                                .and_then(|state| {
                                                                    state
                                                                        .match_string(" ")
                                                                        .or_else(|state| { state.match_string("\n") })
                                                                        .or_else(|state| { state.match_string("\r") })
                                                                        .or_else(|state| { state.match_string("\t") })
                                                                        .or_else(|state| { self::r#line_comment(state) })
                                                                        .or_else(|state| { self::r#block_comment(state) })
                                                                })
                                                        })
                                                })
                                        })
                                })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#line_comment(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .match_string("//")
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state
                                        .lookahead(
                                            false,
                                            |state| {
                                                state
                                                    .sequence(|state| {
                                                        state
                                                            .match_string("/")
                                                            .and_then(|state| { super::hidden::skip(state) })
                                                            .and_then(|state| {
                                                                state.lookahead(false, |state| { state.match_string("/") })
                                                            })
                                                    })
                                            },
                                        )
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state
                                        .sequence(|state| {
                                            state
                                                .optional(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            state
                                                                .lookahead(false, |state| { state.match_string("\n") })
                                                                .and_then(|state| { super::hidden::skip(state) })
                                                                .and_then(|state| { self::r#ANY(state) })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            super::hidden::skip(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .sequence(|state| {
                                                                                            state
                                                                                                .lookahead(false, |state| { state.match_string("\n") })
                                                                                                .and_then(|state| { super::hidden::skip(state) })
                                                                                                .and_then(|state| { self::r#ANY(state) })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#block_comment(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .match_string("/*")
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state
                                        .lookahead(
                                            false,
                                            |state| {
                                                state
                                                    .sequence(|state| {
                                                        state
                                                            .match_string("*")
                                                            .and_then(|state| { super::hidden::skip(state) })
                                                            .and_then(|state| {
                                                                state
                                                                    .lookahead(
                                                                        false,
                                                                        |state| {
                                                                            state
                                                                                .match_string("*")
                                                                                .or_else(|state| { state.match_string("/") })
                                                                        },
                                                                    )
                                                            })
                                                    })
                                            },
                                        )
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { self::r#comment_rest(state) })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#comment_rest(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .sequence(|state| {
                                    state
                                        .optional(|state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("/*")
                                                        .and_then(|state| { super::hidden::skip(state) })
                                                        .and_then(|state| { self::r#comment_rest(state) })
                                                })
                                                .or_else(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            state
                                                                .lookahead(false, |state| { state.match_string("*/") })
                                                                .and_then(|state| { super::hidden::skip(state) })
                                                                .and_then(|state| { self::r#ANY(state) })
                                                        })
                                                })
                                                .and_then(|state| {
                                                    state
                                                        .repeat(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    super::hidden::skip(state)
                                                                        .and_then(|state| {
                                                                            state
                                                                                .sequence(|state| {
                                                                                    state
                                                                                        .match_string("/*")
                                                                                        .and_then(|state| { super::hidden::skip(state) })
                                                                                        .and_then(|state| { self::r#comment_rest(state) })
                                                                                })
                                                                                .or_else(|state| {
                                                                                    state
                                                                                        .sequence(|state| {
                                                                                            state
                                                                                                .lookahead(false, |state| { state.match_string("*/") })
                                                                                                .and_then(|state| { super::hidden::skip(state) })
                                                                                                .and_then(|state| { self::r#ANY(state) })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { state.match_string("*/") })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#doc(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#doc,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("///")
                                                        .and_then(|state| {
                                                            let strings = ["\n"];
                                                            state.skip_until(&strings)
                                                        })
                                                })
                                                .or_else(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            state
                                                                .match_string("/**")
                                                                .and_then(|state| { self::r#comment_rest(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#letter(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    state
                        .match_range('a'..'z')
                        .or_else(|state| { state.match_range('A'..'Z') })
                        .or_else(|state| { state.match_string("_") })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#digit(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state.match_range('0'..'9')
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#id(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    self::r#letter(state).or_else(|state| { self::r#digit(state) })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#word(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#word,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#letter(state)
                                                        .and_then(|state| {
                                                            state.repeat(|state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#number(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#number,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#digits(state)
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            state
                                                                                .match_string(".")
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .lookahead(
                                                                                            false,
                                                                                            |state| {
                                                                                                state
                                                                                                    .match_string(".")
                                                                                                    .or_else(|state| { self::r#letter(state) })
                                                                                            },
                                                                                        )
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#digit(state)
                                                                                                        .and_then(|state| {
                                                                                                            state
                                                                                                                .repeat(|state| {
                                                                                                                    self::r#digit(state)
                                                                                                                        .or_else(|state| { state.match_string("_") })
                                                                                                                })
                                                                                                        })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            state
                                                                                .match_string("e")
                                                                                .or_else(|state| { state.match_string("E") })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .match_string("+")
                                                                                                .or_else(|state| { state.match_string("-") })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state.repeat(|state| { state.match_string("_") })
                                                                                })
                                                                                .and_then(|state| { self::r#digits(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#digits(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            self::r#digit(state)
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state
                                        .sequence(|state| {
                                            state
                                                .optional(|state| {
                                                    self::r#digit(state)
                                                        .or_else(|state| { state.match_string("_") })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            super::hidden::skip(state)
                                                                                .and_then(|state| {
                                                                                    self::r#digit(state)
                                                                                        .or_else(|state| { state.match_string("_") })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#axis_no(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#axis_no,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            self::r#digit(state)
                                                                .and_then(|state| {
                                                                    state.repeat(|state| { self::r#digit(state) })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#string(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#string,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("\"")
                                                        .and_then(|state| {
                                                            let strings = ["\"", "\\", "\n"];
                                                            state.skip_until(&strings)
                                                        })
                                                        .and_then(|state| { state.match_string("\"") })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#semi(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#semi,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string(";") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#comma(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#comma,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string(",") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#colon(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#colon,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string(":") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#equals(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#equals,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("=")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { state.match_string("=") })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#dots(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#dots,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("..") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#open_paren(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#open_paren,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("(") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#open_brace(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#open_brace,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("{") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#open_bracket(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#open_bracket,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("[") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#close_paren(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#close_paren,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string(")") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#close_brace(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#close_brace,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("}") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#close_bracket(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#close_bracket,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| { state.match_string("]") },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#end(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            self::r#semi(state)
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { self::r#s(state) })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#item(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .sequence(|state| {
                                    state
                                        .optional(|state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#doc(state)
                                                        .and_then(|state| { super::hidden::skip(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                                .and_then(|state| {
                                                    state
                                                        .repeat(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    super::hidden::skip(state)
                                                                        .and_then(|state| {
                                                                            state
                                                                                .sequence(|state| {
                                                                                    self::r#doc(state)
                                                                                        .and_then(|state| { super::hidden::skip(state) })
                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    self::r#use_item(state)
                                        .or_else(|state| { self::r#const_item(state) })
                                        .or_else(|state| { self::r#function(state) })
                                        .or_else(|state| { self::r#optimizer(state) })
                                        .or_else(|state| { self::r#network(state) })
                                })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#use_item(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#use_item,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("use")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#string(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#const_item(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#const_item,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("const")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#function(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#function,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#fn_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#parameters(state) })
                                                        .and_then(|state| {
                                                            state.optional(|state| { self::r#result(state) })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    self::r#equals(state)
                                                                        .and_then(|state| { self::r#s(state) })
                                                                        .and_then(|state| { self::r#expr(state) })
                                                                        .and_then(|state| { self::r#end(state) })
                                                                })
                                                                .or_else(|state| { self::r#block(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#optimizer(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#optimizer,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("optimizer")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#parameters(state) })
                                                        .and_then(|state| { self::r#block(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#network(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#network,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("network")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#block(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#fn_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#fn_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("fn")
                                                        .or_else(|state| { state.match_string("layer") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#parameters(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#parameters,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#open_paren(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#parameter(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#parameter(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_paren(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#parameter(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#parameter,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .optional(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    self::r#constant(state)
                                                                        .and_then(|state| { self::r#s(state) })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#colon(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .sequence(|state| {
                                                                                            self::r#of_fn(state).and_then(|state| { self::r#s(state) })
                                                                                        })
                                                                                        .or_else(|state| { self::r#pattern(state) })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#equals(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#expr(state) })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#constant(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#constant,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("const")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#of_fn(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#of_fn,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("fn")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#pattern(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#pattern,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#open_bracket(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#part(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#part(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_bracket(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#part(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            self::r#dots(state)
                                .or_else(|state| { self::r#number(state) })
                                .or_else(|state| { self::r#word(state) })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { self::r#s(state) })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#result(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#result,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("->")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            self::r#pattern(state)
                                                                .or_else(|state| { self::r#tuple_result(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#tuple_result(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#tuple_result,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#open_paren(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#pattern(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#pattern(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_paren(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#block(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#block,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#open_brace(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state.repeat(|state| { self::r#statement(state) })
                                                        })
                                                        .and_then(|state| { self::r#close_brace(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#statement(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#statement,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .repeat(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    self::r#doc(state).and_then(|state| { self::r#s(state) })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            self::r#let_statement(state)
                                                                .or_else(|state| { self::r#assign(state) })
                                                                .or_else(|state| { self::r#stored(state) })
                                                                .or_else(|state| { self::r#port(state) })
                                                                .or_else(|state| { self::r#named(state) })
                                                                .or_else(|state| { self::r#loss(state) })
                                                                .or_else(|state| { self::r#yields(state) })
                                                                .or_else(|state| { self::r#optimizer_use(state) })
                                                                .or_else(|state| { self::r#setting(state) })
                                                                .or_else(|state| { self::r#freeze(state) })
                                                                .or_else(|state| { self::r#budget(state) })
                                                                .or_else(|state| { self::r#assert(state) })
                                                                .or_else(|state| { self::r#flow(state) })
                                                                .or_else(|state| { self::r#plain(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#let_statement(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#let_statement,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("let")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#mutable(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#names(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#mutable(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#mutable,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("mut")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#names(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    self::r#tuple_names(state).or_else(|state| { self::r#word(state) })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#tuple_names(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#tuple_names,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("(")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#word(state) })
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_paren(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#assign(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#assign,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#names(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#stored(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#stored,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#stored_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#colon(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#expr(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#stored_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#stored_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("param")
                                                        .or_else(|state| { state.match_string("buffer") })
                                                        .or_else(|state| { state.match_string("state") })
                                                        .or_else(|state| { state.match_string("const") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#port(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#port,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#port_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#colon(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#in_kw(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#expr(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#port_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#port_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("input")
                                                        .or_else(|state| { state.match_string("target") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#named(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#named,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#named_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#named_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#named_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("output")
                                                        .or_else(|state| { state.match_string("metric") })
                                                        .or_else(|state| { state.match_string("shared") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#loss(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#loss,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("loss")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#word(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#equals(state) })
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#yields(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#yields,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#yields_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#yields_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#yields_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("yield")
                                                        .or_else(|state| { state.match_string("batch") })
                                                        .or_else(|state| { state.match_string("unroll") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#optimizer_use(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#optimizer_use,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("optimizer")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#call(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            state
                                                                                .match_string("for")
                                                                                .and_then(|state| {
                                                                                    state.lookahead(false, |state| { self::r#id(state) })
                                                                                })
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#path(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#setting(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#setting,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#setting_kw(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#setting_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#setting_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("precision")
                                                        .or_else(|state| { state.match_string("emit") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#freeze(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#freeze,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("freeze")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#path(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#budget(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#budget,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("budget")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#equals(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#assert(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#assert,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("assert")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#string(state) })
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#end(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#path(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#path,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#word(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state.repeat(|state| { self::r#field(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#flow(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#flow,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#flow_row(state)
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#semi(state).and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#flow_row(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#flow_row,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#if_expr(state)
                                                        .or_else(|state| { self::r#for_expr(state) })
                                                        .or_else(|state| { self::r#block(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            state
                                                                                .lookahead(true, |state| { self::r#going_on(state) })
                                                                                .and_then(|state| {
                                                                                    state.repeat(|state| { self::r#field(state) })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#op(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#operand(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#going_on(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    state
                        .match_string("|>")
                        .or_else(|state| { state.match_string("||") })
                        .or_else(|state| { state.match_string("&&") })
                        .or_else(|state| { state.match_string("<") })
                        .or_else(|state| { state.match_string(">") })
                        .or_else(|state| { state.match_string("==") })
                        .or_else(|state| { state.match_string("!=") })
                        .or_else(|state| { state.match_string("+") })
                        .or_else(|state| { state.match_string("*") })
                        .or_else(|state| { state.match_string("/") })
                        .or_else(|state| { state.match_string("%") })
                        .or_else(|state| { state.match_string("@") })
                        .or_else(|state| { state.match_string("^") })
                        .or_else(|state| { state.match_string(".") })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#plain(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#plain,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .lookahead(
                                                            false,
                                                            |state| {
                                                                state
                                                                    .sequence(|state| {
                                                                        self::r#flow_kw(state)
                                                                            .and_then(|state| {
                                                                                state.lookahead(false, |state| { self::r#id(state) })
                                                                            })
                                                                    })
                                                                    .or_else(|state| { state.match_string("{") })
                                                            },
                                                        )
                                                        .and_then(|state| {
                                                            state
                                                                .lookahead(
                                                                    false,
                                                                    |state| {
                                                                        state
                                                                            .sequence(|state| {
                                                                                self::r#reserved(state)
                                                                                    .and_then(|state| {
                                                                                        state.lookahead(false, |state| { self::r#id(state) })
                                                                                    })
                                                                            })
                                                                    },
                                                                )
                                                        })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    self::r#semi(state).and_then(|state| { self::r#s(state) })
                                                                })
                                                                .or_else(|state| {
                                                                    state
                                                                        .lookahead(true, |state| { self::r#close_brace(state) })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#reserved(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    state
                        .match_string("let")
                        .or_else(|state| { state.match_string("input") })
                        .or_else(|state| { state.match_string("target") })
                        .or_else(|state| { state.match_string("output") })
                        .or_else(|state| { state.match_string("buffer") })
                        .or_else(|state| { state.match_string("state") })
                        .or_else(|state| { state.match_string("shared") })
                        .or_else(|state| { state.match_string("const") })
                        .or_else(|state| { state.match_string("loss") })
                        .or_else(|state| { state.match_string("metric") })
                        .or_else(|state| { state.match_string("optimizer") })
                        .or_else(|state| { state.match_string("freeze") })
                        .or_else(|state| { state.match_string("precision") })
                        .or_else(|state| { state.match_string("batch") })
                        .or_else(|state| { state.match_string("unroll") })
                        .or_else(|state| { state.match_string("budget") })
                        .or_else(|state| { state.match_string("emit") })
                        .or_else(|state| { state.match_string("assert") })
                        .or_else(|state| { state.match_string("yield") })
                        .or_else(|state| { state.match_string("else") })
                        .or_else(|state| { state.match_string("in") })
                        .or_else(|state| { state.match_string("mut") })
                        .or_else(|state| { state.match_string("fn") })
                        .or_else(|state| { state.match_string("layer") })
                        .or_else(|state| { state.match_string("network") })
                        .or_else(|state| { state.match_string("use") })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#flow_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    state
                        .match_string("if")
                        .or_else(|state| { state.match_string("for") })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#expr(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#expr,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#operand(state)
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#op(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#operand(state) })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#operand(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .sequence(|state| {
                                    state
                                        .optional(|state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#prefix(state)
                                                        .and_then(|state| { super::hidden::skip(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                                .and_then(|state| {
                                                    state
                                                        .repeat(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    super::hidden::skip(state)
                                                                        .and_then(|state| {
                                                                            state
                                                                                .sequence(|state| {
                                                                                    self::r#prefix(state)
                                                                                        .and_then(|state| { super::hidden::skip(state) })
                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { self::r#primary(state) })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state
                                        .sequence(|state| {
                                            state
                                                .optional(|state| {
                                                    self::r#index(state)
                                                        .or_else(|state| { self::r#field(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            super::hidden::skip(state)
                                                                                .and_then(|state| {
                                                                                    self::r#index(state)
                                                                                        .or_else(|state| { self::r#field(state) })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        })
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state.lookahead(false, |state| { state.match_string("[") })
                                })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#prefix(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#prefix,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .match_string("-")
                                                .or_else(|state| { state.match_string("!") })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#op(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#op,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .match_string("|>")
                                                .or_else(|state| { state.match_string("||") })
                                                .or_else(|state| { state.match_string("&&") })
                                                .or_else(|state| { state.match_string("<=") })
                                                .or_else(|state| { state.match_string(">=") })
                                                .or_else(|state| { state.match_string("==") })
                                                .or_else(|state| { state.match_string("!=") })
                                                .or_else(|state| { state.match_string("..") })
                                                .or_else(|state| { state.match_string("<") })
                                                .or_else(|state| { state.match_string(">") })
                                                .or_else(|state| { state.match_string("+") })
                                                .or_else(|state| { state.match_string("-") })
                                                .or_else(|state| { state.match_string("*") })
                                                .or_else(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            state
                                                                .match_string("/")
                                                                .and_then(|state| {
                                                                    state
                                                                        .lookahead(
                                                                            false,
                                                                            |state| {
                                                                                state
                                                                                    .match_string("/")
                                                                                    .or_else(|state| { state.match_string("*") })
                                                                            },
                                                                        )
                                                                })
                                                        })
                                                })
                                                .or_else(|state| { state.match_string("%") })
                                                .or_else(|state| { state.match_string("@") })
                                                .or_else(|state| { state.match_string("^") })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#primary(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    let state = state.check_stack_limit()?;
                    self::r#call(state)
                        .or_else(|state| {
                            state
                                .sequence(|state| {
                                    self::r#number(state)
                                        .and_then(|state| { super::hidden::skip(state) })
                                        .and_then(|state| { self::r#s(state) })
                                })
                        })
                        .or_else(|state| { self::r#paren(state) })
                        .or_else(|state| { self::r#list(state) })
                        .or_else(|state| { self::r#if_expr(state) })
                        .or_else(|state| { self::r#for_expr(state) })
                        .or_else(|state| {
                            state
                                .sequence(|state| {
                                    self::r#string(state)
                                        .and_then(|state| { super::hidden::skip(state) })
                                        .and_then(|state| { self::r#s(state) })
                                })
                        })
                        .or_else(|state| { self::r#block(state) })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#call(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#call,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .lookahead(
                                                            false,
                                                            |state| {
                                                                state
                                                                    .sequence(|state| {
                                                                        self::r#flow_kw(state)
                                                                            .and_then(|state| {
                                                                                state.lookahead(false, |state| { self::r#id(state) })
                                                                            })
                                                                    })
                                                            },
                                                        )
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            state
                                                                                .match_string(":")
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#word(state) })
                                                                                .and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            self::r#args(state)
                                                                .or_else(|state| {
                                                                    state.lookahead(false, |state| { state.match_string("(") })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#args(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#args,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("(")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#arg(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#arg(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_paren(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#arg(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#arg,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .optional(|state| {
                                                            state
                                                                .sequence(|state| {
                                                                    self::r#word(state)
                                                                        .and_then(|state| { self::r#s(state) })
                                                                        .and_then(|state| { self::r#equals(state) })
                                                                        .and_then(|state| { self::r#s(state) })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#expr(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#paren(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#paren,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("(")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#expr(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#expr(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_paren(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#list(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#list,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("[")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#expr(state)
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .repeat(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state)
                                                                                                        .and_then(|state| { self::r#s(state) })
                                                                                                        .and_then(|state| { self::r#expr(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                                .and_then(|state| {
                                                                                    state
                                                                                        .optional(|state| {
                                                                                            state
                                                                                                .sequence(|state| {
                                                                                                    self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                                                })
                                                                                        })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_bracket(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#index(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#index,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("[")
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#axis(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state)
                                                                                .and_then(|state| { self::r#s(state) })
                                                                                .and_then(|state| { self::r#axis(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#comma(state).and_then(|state| { self::r#s(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| { self::r#close_bracket(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#axis(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#axis,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    self::r#dots(state)
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            state.optional(|state| { self::r#expr(state) })
                                                        })
                                                })
                                                .or_else(|state| {
                                                    state
                                                        .sequence(|state| {
                                                            self::r#expr(state)
                                                                .and_then(|state| {
                                                                    state
                                                                        .optional(|state| {
                                                                            state
                                                                                .sequence(|state| {
                                                                                    self::r#dots(state).and_then(|state| { self::r#s(state) })
                                                                                })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#field(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#field,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string(".")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { state.match_string(".") })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| {
                                                            self::r#axis_no(state)
                                                                .or_else(|state| { self::r#word(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#if_expr(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#if_expr,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("if")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#block(state) })
                                                        .and_then(|state| {
                                                            state
                                                                .repeat(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#else_if(state)
                                                                                .and_then(|state| { self::r#expr(state) })
                                                                                .and_then(|state| { self::r#block(state) })
                                                                        })
                                                                })
                                                        })
                                                        .and_then(|state| {
                                                            state
                                                                .optional(|state| {
                                                                    state
                                                                        .sequence(|state| {
                                                                            self::r#else_kw(state)
                                                                                .and_then(|state| { self::r#block(state) })
                                                                        })
                                                                })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#else_if(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#else_if,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("else")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { state.match_string("if") })
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#else_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .sequence(|state| {
                            state
                                .match_string("else")
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| {
                                    state.lookahead(false, |state| { self::r#id(state) })
                                })
                                .and_then(|state| { super::hidden::skip(state) })
                                .and_then(|state| { self::r#s(state) })
                        })
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#for_expr(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .atomic(
                            ::pest::Atomicity::CompoundAtomic,
                            |state| {
                                state
                                    .rule(
                                        Rule::r#for_expr,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("for")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#word(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#in_kw(state) })
                                                        .and_then(|state| { self::r#s(state) })
                                                        .and_then(|state| { self::r#expr(state) })
                                                        .and_then(|state| { self::r#block(state) })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(non_snake_case, unused_variables)]
                pub fn r#in_kw(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state
                        .rule(
                            Rule::r#in_kw,
                            |state| {
                                state
                                    .atomic(
                                        ::pest::Atomicity::Atomic,
                                        |state| {
                                            state
                                                .sequence(|state| {
                                                    state
                                                        .match_string("in")
                                                        .and_then(|state| {
                                                            state.lookahead(false, |state| { self::r#id(state) })
                                                        })
                                                })
                                        },
                                    )
                            },
                        )
                }
                #[inline]
                #[allow(dead_code, non_snake_case, unused_variables)]
                pub fn ANY(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state.skip(1)
                }
                #[inline]
                #[allow(dead_code, non_snake_case, unused_variables)]
                pub fn EOI(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state.rule(Rule::EOI, |state| state.end_of_input())
                }
                #[inline]
                #[allow(dead_code, non_snake_case, unused_variables)]
                pub fn SOI(
                    state: ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                ) -> ::pest::ParseResult<
                    ::std::boxed::Box<::pest::ParserState<'_, Rule>>,
                > {
                    state.start_of_input()
                }
            }
            pub use self::visible::*;
        }
        ::pest::state(
            input,
            |state| {
                match rule {
                    Rule::r#one_item => rules::r#one_item(state),
                    Rule::r#one_statement => rules::r#one_statement(state),
                    Rule::r#s => rules::r#s(state),
                    Rule::r#line_comment => rules::r#line_comment(state),
                    Rule::r#block_comment => rules::r#block_comment(state),
                    Rule::r#comment_rest => rules::r#comment_rest(state),
                    Rule::r#doc => rules::r#doc(state),
                    Rule::r#letter => rules::r#letter(state),
                    Rule::r#digit => rules::r#digit(state),
                    Rule::r#id => rules::r#id(state),
                    Rule::r#word => rules::r#word(state),
                    Rule::r#number => rules::r#number(state),
                    Rule::r#digits => rules::r#digits(state),
                    Rule::r#axis_no => rules::r#axis_no(state),
                    Rule::r#string => rules::r#string(state),
                    Rule::r#semi => rules::r#semi(state),
                    Rule::r#comma => rules::r#comma(state),
                    Rule::r#colon => rules::r#colon(state),
                    Rule::r#equals => rules::r#equals(state),
                    Rule::r#dots => rules::r#dots(state),
                    Rule::r#open_paren => rules::r#open_paren(state),
                    Rule::r#open_brace => rules::r#open_brace(state),
                    Rule::r#open_bracket => rules::r#open_bracket(state),
                    Rule::r#close_paren => rules::r#close_paren(state),
                    Rule::r#close_brace => rules::r#close_brace(state),
                    Rule::r#close_bracket => rules::r#close_bracket(state),
                    Rule::r#end => rules::r#end(state),
                    Rule::r#item => rules::r#item(state),
                    Rule::r#use_item => rules::r#use_item(state),
                    Rule::r#const_item => rules::r#const_item(state),
                    Rule::r#function => rules::r#function(state),
                    Rule::r#optimizer => rules::r#optimizer(state),
                    Rule::r#network => rules::r#network(state),
                    Rule::r#fn_kw => rules::r#fn_kw(state),
                    Rule::r#parameters => rules::r#parameters(state),
                    Rule::r#parameter => rules::r#parameter(state),
                    Rule::r#constant => rules::r#constant(state),
                    Rule::r#of_fn => rules::r#of_fn(state),
                    Rule::r#pattern => rules::r#pattern(state),
                    Rule::r#part => rules::r#part(state),
                    Rule::r#result => rules::r#result(state),
                    Rule::r#tuple_result => rules::r#tuple_result(state),
                    Rule::r#block => rules::r#block(state),
                    Rule::r#statement => rules::r#statement(state),
                    Rule::r#let_statement => rules::r#let_statement(state),
                    Rule::r#mutable => rules::r#mutable(state),
                    Rule::r#names => rules::r#names(state),
                    Rule::r#tuple_names => rules::r#tuple_names(state),
                    Rule::r#assign => rules::r#assign(state),
                    Rule::r#stored => rules::r#stored(state),
                    Rule::r#stored_kw => rules::r#stored_kw(state),
                    Rule::r#port => rules::r#port(state),
                    Rule::r#port_kw => rules::r#port_kw(state),
                    Rule::r#named => rules::r#named(state),
                    Rule::r#named_kw => rules::r#named_kw(state),
                    Rule::r#loss => rules::r#loss(state),
                    Rule::r#yields => rules::r#yields(state),
                    Rule::r#yields_kw => rules::r#yields_kw(state),
                    Rule::r#optimizer_use => rules::r#optimizer_use(state),
                    Rule::r#setting => rules::r#setting(state),
                    Rule::r#setting_kw => rules::r#setting_kw(state),
                    Rule::r#freeze => rules::r#freeze(state),
                    Rule::r#budget => rules::r#budget(state),
                    Rule::r#assert => rules::r#assert(state),
                    Rule::r#path => rules::r#path(state),
                    Rule::r#flow => rules::r#flow(state),
                    Rule::r#flow_row => rules::r#flow_row(state),
                    Rule::r#going_on => rules::r#going_on(state),
                    Rule::r#plain => rules::r#plain(state),
                    Rule::r#reserved => rules::r#reserved(state),
                    Rule::r#flow_kw => rules::r#flow_kw(state),
                    Rule::r#expr => rules::r#expr(state),
                    Rule::r#operand => rules::r#operand(state),
                    Rule::r#prefix => rules::r#prefix(state),
                    Rule::r#op => rules::r#op(state),
                    Rule::r#primary => rules::r#primary(state),
                    Rule::r#call => rules::r#call(state),
                    Rule::r#args => rules::r#args(state),
                    Rule::r#arg => rules::r#arg(state),
                    Rule::r#paren => rules::r#paren(state),
                    Rule::r#list => rules::r#list(state),
                    Rule::r#index => rules::r#index(state),
                    Rule::r#axis => rules::r#axis(state),
                    Rule::r#field => rules::r#field(state),
                    Rule::r#if_expr => rules::r#if_expr(state),
                    Rule::r#else_if => rules::r#else_if(state),
                    Rule::r#else_kw => rules::r#else_kw(state),
                    Rule::r#for_expr => rules::r#for_expr(state),
                    Rule::r#in_kw => rules::r#in_kw(state),
                    Rule::EOI => rules::EOI(state),
                }
            },
        )
    }
}
