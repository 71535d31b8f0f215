"""Tables of text: the cells of a CSV, a TSV or a workbook, whatever wrote it."""

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ais.errors import InputError

MISSING = {"", "nan", "-nan", "na", "n/a", "#n/a", "<na>", "null", "none", "."}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
WITH_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)
WITH_POINT = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
DELIMITERS = "\t;, "
SAMPLE = 200  # lines from which the delimiter is told
WORKBOOKS = (".xlsx", ".xlsm")
BOMS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass
class Table:
    """The cells of a table, stripped, row by row; which may be of unequal length."""

    rows: list[list[str]]
    lines: list[int]  # of each row, in the file
    decimal: str = "."  # what stands before a number's fraction
    notes: list[str] = field(default_factory=list)  # what was found out about the file

    def is_number(self, cell: str) -> bool:
        """Whether a cell holds a number, or says that there is none."""
        return cell.lower() in MISSING or bool(NUMBER.fullmatch(self._pointed(cell)))

    def number(self, cell: str, place: str) -> float:
        """A cell's number; NaN where it is empty. Raises :class:`InputError`, which begins with ``place``."""
        if cell.lower() in MISSING:
            return float("nan")
        try:
            number = float(self._pointed(cell))
        except ValueError:
            raise InputError(
                f"{place}: found {cell!r}; expected a number, or nothing for a pair that nobody judged."
            ) from None
        if number in (float("inf"), float("-inf")):
            raise InputError(f"{place}: found {cell!r}; expected a finite number.")
        return number

    def _pointed(self, cell: str) -> str:
        return cell.replace(",", ".") if self.decimal == "," and WITH_COMMA.fullmatch(cell) else cell


def read(path: str | Path, sheet: str | None = None) -> Table:
    """Read a table: comma, semicolon, tab or blanks; decimal point or comma; UTF-8 or UTF-16; or a workbook.

    ``sheet`` names a workbook's sheet where it has several. Raises :class:`InputError` for what is no table,
    and where two ways to read it differ.
    """
    path = Path(path)
    content = path.read_bytes()
    if path.suffix.lower() in WORKBOOKS or _is_workbook(content):
        table = _workbook(content, path, sheet)
    else:
        table = _split(unicodedata.normalize("NFC", decode(content, path)), path)
    table.rows = [[cell.strip() for cell in row] for row in table.rows]
    table.decimal = _decimal_mark(table.rows, path)
    if table.decimal == ",":
        table.notes.append("',' is taken for the decimal sign")
    return table


def decode(content: bytes, path: str | Path) -> str:
    """A file's text: UTF-8, or UTF-16 and UTF-32 by their first bytes or their zeros."""
    encoding = next((name for bom, name in BOMS.items() if content.startswith(bom)), None)
    zeros = [content[first:4000:2].count(0) for first in (0, 1)]
    if encoding is None and max(zeros) > 0.3 * len(content[:4000:2]) and min(zeros) == 0:
        encoding = "utf-16-be" if zeros[0] else "utf-16-le"
    try:
        return content.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        old = "an old Excel file (.xls)" if content.startswith(b"\xd0\xcf\x11\xe0") else "no UTF-8 text"
        raise InputError(
            f"{path}, byte {error.start}: found what is {old}; expected CSV or TSV in UTF-8 or UTF-16, or .xlsx. "
            "Save it anew as such."
        ) from None


def _is_workbook(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return "xl/workbook.xml" in file.namelist()
    except zipfile.BadZipFile:
        return False


def _workbook(content: bytes, path: Path, sheet: str | None) -> Table:
    """The cells of a workbook's one sheet that is not empty, or of the one named."""
    import openpyxl

    try:
        values, formulas = (openpyxl.load_workbook(io.BytesIO(content), data_only=each) for each in (True, False))
    except Exception as error:  # whatever a damaged archive provokes in the zip and XML readers below
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not a readable workbook ({reason}). Save it again, or as CSV.") from None
    filled = [each.title for each in values.worksheets if each.max_row > 1 or each.max_column > 1]
    names = [each.title for each in values.worksheets]
    if sheet is not None and sheet not in names:
        raise InputError(f"{path}: found the sheets {_listed(names)}; expected {sheet!r}, as judgments.matrix says.")
    if sheet is None and len(filled) != 1:
        raise InputError(
            f"{path}: found the sheets {_listed(filled) or 'none with cells'}; expected one. Name it: "
            "judgments.matrix: SHEET."
        )
    sheet = sheet or filled[0]
    rows = []
    for number, (row, made) in enumerate(zip(values[sheet].rows, formulas[sheet].rows, strict=True), start=1):
        for cell, formula in zip(row, made, strict=True):
            if cell.value is None and formula.value is not None:
                raise InputError(
                    f"{path}, sheet {sheet!r}, cell {cell.coordinate}: found the formula {formula.value!r} without its "
                    "value; expected numbers. Open it in Excel and save it, or save it as CSV."
                )
            if hasattr(cell.value, "isoformat"):
                raise InputError(
                    f"{path}, sheet {sheet!r}, cell {cell.coordinate}: found the date {cell.value}; expected text or a "
                    "number. Excel makes dates of names like 3-1: format the column as text, and type it again."
                )
        rows.append((number, ["" if cell.value is None else str(cell.value) for cell in row]))
    while rows and not any(rows[-1][1]):
        rows.pop()
    width = max(
        (len(row) - next((n for n, c in enumerate(reversed(row)) if c), len(row)) for _, row in rows), default=0
    )
    return Table([row[:width] for _, row in rows], [number for number, _ in rows])


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _split(text: str, path: Path) -> Table:
    """Cut text into cells by the delimiter that makes the most of a table of it."""
    declared = re.match(r"\ufeff?sep=(.)\r?\n", text)  # Excel's own first line
    skipped = 0
    if declared:
        text, skipped = text[declared.end() :], 1
    lines = text.splitlines()
    if lines and lines[0].startswith("#") and len(lines) > 1 and not lines[1].startswith("#"):
        lines[0] = lines[0].lstrip("# ")  # np.savetxt writes its header so
        text = "\n".join(lines)
    sample = "\n".join([line for line in lines if line.strip()][:SAMPLE])
    delimiter = declared[1] if declared else max(DELIMITERS, key=lambda each: _merit(sample, each))
    if delimiter == "," and lines and all(re.fullmatch(r"\s*-?\d+,\d+\s*", line) for line in lines if line.strip()):
        raise InputError(
            f"{path}: found lines such as {lines[0].strip()!r}, two numbers with a comma between or one with a decimal "
            "comma; expected what can be read one way. Write decimal points, or semicolons between numbers."
        )
    if delimiter == " ":
        text = "\n".join(line.strip(" ") for line in lines)
    rows, numbers = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter == " ")
    try:
        for row in reader:
            if len(row) > 1 or any(cell.strip() for cell in row):
                rows.append(row)
                numbers.append(reader.line_num + skipped)
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num + skipped}: not a readable table ({error}). Save it anew as CSV."
        ) from None
    return Table(rows, numbers)


def _merit(sample: str, delimiter: str) -> tuple[bool, float]:
    """How much of a table a delimiter makes: rows alike in length, and cells that are numbers."""
    lines = [line.strip(" ") for line in sample.splitlines()] if delimiter == " " else sample.splitlines()
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " "))
    except csv.Error:
        return False, 0.0
    lengths = [len(row) for row in rows] or [0]
    steps = {later - sooner for sooner, later in pairwise(lengths[1:])}
    alike = max(lengths) > 1 and steps <= {0} and lengths[-1] - lengths[0] in (0, 1)
    triangle = max(lengths) > 2 and len(lengths) > 2 and steps in ({1}, {-1})
    cells = [cell.strip() for row in rows for cell in row]
    numbers = sum(bool(NUMBER.fullmatch(cell) or WITH_COMMA.fullmatch(cell)) for cell in cells)
    # A line that is not cut at all is no evidence for what does not stand in it.
    return alike or triangle, (numbers + cells.count("")) / len(cells) if cells and max(lengths) > 1 else -1.0


def _decimal_mark(rows: list[list[str]], path: Path) -> str:
    commas = [cell for row in rows for cell in row if "," in cell and WITH_COMMA.fullmatch(cell)]
    if not commas:
        return "."
    point = next((cell for row in rows for cell in row if "." in cell and WITH_POINT.fullmatch(cell)), None)
    if point is not None:
        raise InputError(
            f"{path}: found both {commas[0]!r} and {point!r}; expected one decimal sign. Write all numbers alike."
        )
    if all(THOUSANDS.fullmatch(cell) for cell in commas):
        raise InputError(
            f"{path}: found numbers such as {commas[0]!r}, in which the comma can stand before a fraction or between "
            "thousands; expected what can be read one way. Write them with a decimal point, without thousands."
        )
    return ","
