"""What an Excel workbook says of itself: its sheets, how it counts dates, how far a sheet reaches.

Only the package around the cells belongs here; cells are `xlsx_reader.py`'s.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from ingestion.decoding import MOST_UNPACKED, UNPACKED_FREELY
from ingestion.signatures import kind_of
from settings.errors import ExtractRefused

LAST_ROW = 1_048_576  # of any sheet
BLOCK_BYTES = 1 << 20
OVERLAP_BYTES = 4096  # so that a row's start is not cut in two between blocks
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# a formula whose value is empty text is saved as t="str" and stays; one that was never calculated has no value
EMPTY_FORMULA = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>"
)
ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')


@dataclass(frozen=True)
class Workbook:
    """A workbook's sheets (name -> part of the archive) and whether its dates count from 1904."""

    sheets: dict[str, str]
    is_1904: bool


def read_workbook(path: Path) -> Workbook:
    """Raises ExtractRefused where `path` is no whole .xlsx workbook."""
    with path.open("rb") as file:
        first = file.read(4096)
    if not first:
        raise refused("the file is empty (0 bytes); send it again")
    if not first.startswith(b"PK"):
        found = kind_of(first) or "something else, perhaps plain text"
        if first.startswith(b"\xd0\xcf\x11\xe0"):
            found = "an old .xls workbook or one with a password"
        raise refused(f"expected an Excel workbook (.xlsx), found {found}; save it as .xlsx without a password")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(archive, path.stat().st_size)
            root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            damaged = archive.testzip()
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, OSError, ValueError) as error:
        raise refused(
            "expected an Excel workbook (.xlsx), found a ZIP file that is no workbook or is cut off; send it again"
        ) from error
    if damaged:
        raise refused("the workbook is damaged; save it and send it again")
    parts = {item.get("Id", ""): item.get("Target", "") for item in relations}
    sheets = {item.get("name", ""): parts.get(item.get(RELATION, ""), "") for item in root.iter(f"{MAIN}sheet")}
    properties = root.find(f"{MAIN}workbookPr")
    return Workbook(sheets, properties is not None and properties.get("date1904") in ("1", "true"))


def choose_sheet(workbook: Workbook, wanted: str | None) -> str:
    """The sheet that the contract names, or the only one. Raises ExtractRefused where that is not clear."""
    listed = ", ".join(f"'{name}'" for name in workbook.sheets)
    if wanted is None:
        if len(workbook.sheets) != 1:
            count = len(workbook.sheets)
            raise refused(f"found {count} sheets ({listed}) and the contract names none; name one in it (sheet)")
        return next(iter(workbook.sheets))
    if wanted not in workbook.sheets:
        raise refused(f"expected the sheet '{wanted}', found {listed}; rename it, or change the contract's sheet")
    return wanted


def _check_size(archive: zipfile.ZipFile, packed: int) -> None:
    if sum(item.file_size for item in archive.infolist()) > max(UNPACKED_FREELY, MOST_UNPACKED * packed):
        raise refused(
            f"the workbook unpacks to more than {MOST_UNPACKED} times its size, as no extract does; "
            "save it anew and send it again"
        )


def last_row(path: Path, workbook: Workbook, sheet: str) -> int:
    """The number of the sheet's last row, so that DuckDB need not fill a range of a million rows.

    Raises ExtractRefused where a cell has a formula and no saved value: its row would be read as empty.
    """
    part = workbook.sheets[sheet]
    name = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
    found, tail = 0, b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as file:
            while block := file.read(BLOCK_BYTES):
                tail += block
                if b"<f" in tail and (empty := EMPTY_FORMULA.search(tail)):
                    raise refused(
                        f"cell {empty[1].decode()}: a formula without a saved value; "
                        "open the workbook in Excel, let it calculate, save it and send it again"
                    )
                numbers = ROW_NUMBER.findall(tail)
                found = max(found, int(numbers[-1])) if numbers else found
                tail = tail[-OVERLAP_BYTES:]
    except KeyError:
        return LAST_ROW
    return found or LAST_ROW


def refused(problem: str) -> ExtractRefused:
    """The error of one problem."""
    return ExtractRefused("the file does not match its contract", [problem])
