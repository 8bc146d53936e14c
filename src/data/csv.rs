//! Tables of numbers and words in CSV files. Every error names its line and column.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};
use std::io::Read;
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder};

use crate::rt::Real;

/// A table of text cells; each line has one for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns' names: the first line, or `0`, `1`, … for a file without one.
    pub columns: Vec<String>,
    /// Cells, line by line.
    cells: Vec<String>,
    /// The line of the file on which each row begins.
    lines: Vec<u64>,
    name: String,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvError {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<u64>,
    /// The column's name, where there is one.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Display for CsvError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl core::error::Error for CsvError {}

/// Reads a file whose first line names the columns.
///
/// # Errors
/// Where the file cannot be read or a line has another number of cells than the first.
pub fn read(path: impl AsRef<Path>) -> Result<Table, CsvError> {
    open(path.as_ref(), true)
}

/// Reads a file without names; its columns are `0`, `1`, ….
///
/// # Errors
/// Where the file cannot be read or a line has another number of cells than the first.
pub fn read_without_header(path: impl AsRef<Path>) -> Result<Table, CsvError> {
    open(path.as_ref(), false)
}

fn open(path: &Path, header: bool) -> Result<Table, CsvError> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path);
    let file = file.map_err(|error| CsvError { file: name.clone(), line: None, column: None, message: error.to_string() })?;
    parse(&name, file, header)
}

/// Reads CSV text; `name` is what errors call it.
///
/// # Errors
/// Where it cannot be read or a line has another number of cells than the first.
pub fn parse(name: &str, text: impl Read, header: bool) -> Result<Table, CsvError> {
    let fail = |line, message| CsvError { file: name.to_owned(), line, column: None, message };
    let mut table = Table { columns: Vec::new(), cells: Vec::new(), lines: Vec::new(), name: name.to_owned() };
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text);
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|error| {
            let line = error.position().map(csv::Position::line);
            match error.kind() {
                ErrorKind::Utf8 { err, .. } => {
                    let column = table.columns.get(err.field()).cloned();
                    CsvError { column, ..fail(line, "not UTF-8".to_owned()) }
                }
                _ => fail(line, error.to_string()),
            }
        })?;
        let line = record.position().map(csv::Position::line);
        if i == 0 {
            let names = record.iter().enumerate().map(|(i, cell)| if header { cell.to_owned() } else { i.to_string() });
            table.columns = names.collect();
            if let Some((at, twice)) = table.columns.iter().enumerate().find(|(at, name)| table.columns[..*at].contains(name)) {
                return Err(fail(line, format!("two columns, the last of them column {}, are named `{twice}`", at + 1)));
            }
            if header {
                continue;
            }
        }
        if record.len() != table.columns.len() {
            return Err(fail(line, format!("{} cells, the first line has {}", record.len(), table.columns.len())));
        }
        table.cells.extend(record.iter().map(str::to_owned));
        table.lines.push(line.unwrap_or(0));
    }
    Ok(table)
}

impl Table {
    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Numbers: a row of `N` for each line, from the columns of these names in this order.
    ///
    /// # Errors
    /// Where there is no such column, or a cell is not a finite number.
    pub fn numbers<T: Real, const N: usize>(&self, names: [&str; N]) -> Result<Vec<[T; N]>, CsvError> {
        let mut columns = [0; N];
        for (column, name) in columns.iter_mut().zip(names) {
            *column = self.column(name)?;
        }
        let mut rows = Vec::with_capacity(self.len());
        for row in 0..self.len() {
            let mut numbers = [T::ZERO; N];
            for (number, &column) in numbers.iter_mut().zip(&columns) {
                *number = T::from_f64(self.number(row, column)?);
            }
            rows.push(numbers);
        }
        Ok(rows)
    }

    /// Whole numbers from 0 to below `classes`.
    ///
    /// # Errors
    /// Where there is no such column, or a cell is not such a number.
    pub fn indices(&self, name: &str, classes: u32) -> Result<Vec<u32>, CsvError> {
        let column = self.column(name)?;
        let index = |row| {
            let cell = self.cell(row, column);
            let index = cell.parse().ok().filter(|&index: &u32| index < classes);
            index.ok_or_else(|| self.fail(row, column, format!("expected a whole number in 0..{classes}, found `{cell}`")))
        };
        (0..self.len()).map(index).collect()
    }

    /// Words as classes: the index of each, and the words in the order of their first appearance.
    ///
    /// # Errors
    /// Where there is no such column.
    pub fn classes(&self, name: &str) -> Result<(Vec<u32>, Vec<String>), CsvError> {
        let column = self.column(name)?;
        let mut words: Vec<String> = Vec::new();
        let mut class = |row| {
            let cell = self.cell(row, column);
            let known = words.iter().position(|word| word == cell);
            known.unwrap_or_else(|| {
                words.push(cell.to_owned());
                words.len() - 1
            }) as u32
        };
        let classes = (0..self.len()).map(&mut class).collect();
        Ok((classes, words))
    }

    /// The text of a cell; empty outside the table.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.cells.get(row * self.columns.len() + column).map_or("", String::as_str)
    }

    fn column(&self, name: &str) -> Result<usize, CsvError> {
        self.columns.iter().position(|known| known == name).ok_or_else(|| CsvError {
            file: self.name.clone(),
            line: None,
            column: None,
            message: format!("there is no column `{name}`; there are `{}`", self.columns.join("`, `")),
        })
    }

    fn number(&self, row: usize, column: usize) -> Result<f64, CsvError> {
        let cell = self.cell(row, column);
        let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.fail(row, column, format!("expected a finite number, found `{cell}`")))
    }

    fn fail(&self, row: usize, column: usize, message: String) -> CsvError {
        CsvError { file: self.name.clone(), line: self.lines.get(row).copied(), column: self.columns.get(column).cloned(), message }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const IRIS: &str = "length, width, kind\n5.1,3.5,setosa\n\n7.0, 3.2,\"versi,color\"\n6.3,3.3,setosa\n";

    fn error<T: core::fmt::Debug>(result: Result<T, CsvError>) -> String {
        result.map_or_else(|error| error.to_string(), |value| format!("no error, but {value:?}"))
    }

    #[test]
    fn reads_numbers_and_words() {
        let table = parse("iris.csv", IRIS.as_bytes(), true).unwrap();
        assert_eq!(table.numbers(["width", "length"]), Ok(vec![[3.5, 5.1], [3.2, 7.0], [3.3, 6.3]]));
        assert_eq!(table.classes("kind"), Ok((vec![0, 1, 0], vec!["setosa".into(), "versi,color".into()])));
        let plain = parse("xor.csv", "0,0,0\n0,1,1\n".as_bytes(), false).unwrap();
        assert_eq!((plain.len(), plain.indices("2", 2)), (2, Ok(vec![0, 1])));
    }

    #[test]
    fn errors_name_line_and_column() {
        let table = parse("iris.csv", IRIS.as_bytes(), true).unwrap();
        assert_eq!(error(table.numbers::<f32, 1>(["kind"])), "iris.csv, line 2, column `kind`: expected a finite number, found `setosa`");
        assert_eq!(error(table.indices("width", 3)), "iris.csv, line 2, column `width`: expected a whole number in 0..3, found `3.5`");
        assert_eq!(error(table.classes("colour")), "iris.csv: there is no column `colour`; there are `length`, `width`, `kind`");
        assert_eq!(error(parse("a.csv", "a,b\n1,2\n3\n".as_bytes(), true)), "a.csv, line 3: 1 cells, the first line has 2");
        assert_eq!(error(parse("a.csv", "a,a\n".as_bytes(), true)), "a.csv, line 1: two columns, the last of them column 2, are named `a`");
        assert_eq!(error(parse("a.csv", &b"a,b\n1,\xff\n"[..], true)), "a.csv, line 2, column `b`: not UTF-8");
        assert!(error(read("no/such.csv")).starts_with("no/such.csv: "));
        let nan = parse("a.csv", "a\n1\nNaN\n".as_bytes(), true).unwrap();
        assert_eq!(error(nan.numbers::<f64, 1>(["a"])), "a.csv, line 3, column `a`: expected a finite number, found `NaN`");
    }
}
