//! Where something stands: files, byte ranges, and the lines and columns people count in.

/// A file of a compilation: an index into [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in a file, `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }

    /// The smallest span that holds both; of `self`'s file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One file's name and text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name people see: a path as the user wrote it, `prelude/layers.nn`, or `nn!` for a macro's body.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Line and column (from 1) at which the text begins, where it stands inside another file (a macro's body).
    pub origin: (u32, u32),
    /// Where each line begins.
    lines: Vec<usize>,
}

/// All files of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// No files.
    #[must_use]
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Takes a file in and names it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text = text.into();
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        self.files.push(SourceFile { name: name.into(), text, origin: (1, 1), lines });
        id
    }

    /// Takes a text in that begins at line and column `origin` (from 1) of a larger one: a macro's body.
    pub fn add_at(&mut self, name: impl Into<String>, text: impl Into<String>, origin: (u32, u32)) -> FileId {
        let id = self.add(name, text);
        if let Some(file) = self.files.last_mut() {
            file.origin = (origin.0.max(1), origin.1.max(1));
        }
        id
    }

    /// Line and column of a byte as people see them: as [`Sources::line_column`], but in the larger file where the text is part of one.
    #[must_use]
    pub fn place(&self, file: FileId, byte: u32) -> (u32, u32) {
        let (line, column) = self.line_column(file, byte);
        let (first_line, first_column) = self.file(file).origin;
        (line + first_line - 1, if line == 1 { column + first_column - 1 } else { column })
    }

    /// The file `id`; an empty one where there is none.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        static NONE: SourceFile = SourceFile { name: String::new(), text: String::new(), origin: (1, 1), lines: Vec::new() };
        self.files.get(id.0 as usize).unwrap_or(&NONE)
    }

    /// All files in the order they were added.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text a span covers.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, file: FileId, byte: u32) -> (u32, u32) {
        let SourceFile { text, lines, .. } = self.file(file);
        let mut at = (byte as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = lines.partition_point(|&start| start <= at).max(1);
        let start = lines.get(line - 1).copied().unwrap_or(0);
        (line as u32, text[start..at].chars().count() as u32 + 1)
    }

    /// The line (from 1) of a byte, and that line's text without its end.
    #[must_use]
    pub fn line(&self, file: FileId, byte: u32) -> (u32, &str) {
        let (line, _) = self.line_column(file, byte);
        let SourceFile { text, lines, .. } = self.file(file);
        let start = lines.get(line as usize - 1).copied().unwrap_or(0);
        (line, text[start..].lines().next().unwrap_or(""))
    }
}
