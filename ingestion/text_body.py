"""Write the data lines of a decoded text to a working file that DuckDB reads the same way on every machine.

DuckDB's reader drops blank lines (so that row numbers would be wrong), stops silently at a quotation mark that is never
closed, and cannot take mixed line ends. So the head and the footer are cut off here, blank lines get a mark, odd line
ends are made even (kept inside quotes), and a sentinel line is put at the end: if it is not read back as the last
record, something was swallowed. No field is looked at here.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import Contract, DeliveryFormat
from ingestion.decoding import BLOCK_BYTES
from ingestion.footer import rows_stated
from ingestion.text_head import Head, read_head
from settings.errors import ExtractRefused

SENTINEL = "\x1eend"
BLANK = "\x1f"  # stands for a blank line
RETURN = "\x1e"  # stands for a carriage return inside quotes
FOOTER_BYTES = 1 << 20  # the footer is within these last bytes
LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Body:
    """A working file with data lines only, and the sentinel."""

    path: Path
    lines: int  # line ends in the file, the sentinel's included
    is_marked: bool  # whether BLANK and RETURN may stand in it
    is_ended: bool  # whether the partner's last line had a line end
    has_quotes: bool
    rows_stated: int | None = None  # by the footer


def write_body(blocks: Iterator[bytes], contract: Contract, work: Path) -> tuple[Head, Body]:
    """Cut `blocks` (a file as UTF-8) into its head, returned as facts, and its data lines, written below `work`.

    Raises ExtractRefused where the head or the footer is not as the contract says.
    """
    layout = contract.format
    first = next(blocks)
    while len(first) < BLOCK_BYTES and (more := next(blocks, None)) is not None:
        first += more
    head = Head(0, 0, 1, {}) if layout.kind == "jsonl" else read_head(first.decode(errors="ignore"), contract)
    path = work / "body.txt"
    ends = _LineEnds(layout.quote.encode())
    with path.open("wb") as file:
        for block in _chain(first[head.data_offset :], blocks):
            ends.feed(block)
            file.write(block)
    is_ended = ends.last in (b"\n", b"\r", b"")
    stated = None
    if layout.footer_rows:
        stated = _cut_footer(path, layout)
        is_ended = True
    if not ends.are_even:
        path = _evened(path, layout.quote.encode(), work)
    end = b"\r\n" if ends.are_even and ends.pairs else b"\n"
    _add_sentinel(path, end, needs_end=not is_ended)
    return head, Body(path, _count_lines(path), not ends.are_even, is_ended, ends.has_quotes, stated)


def _chain(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from blocks


class _LineEnds:
    """Counts line ends over blocks, to know whether they are all alike and whether a line is blank."""

    def __init__(self, quote: bytes) -> None:
        self.quote = quote
        self.returns = self.feeds = self.pairs = 0
        self.has_blank = self.has_quotes = False
        self.tail = b"\n"  # what came before: the start of the data is the start of a line
        self.last = b""

    def feed(self, block: bytes) -> None:
        if not block:
            return
        seen = self.tail + block
        self.returns += block.count(b"\r")
        self.feeds += block.count(b"\n")
        self.pairs += seen.count(b"\r\n") - self.tail.count(b"\r\n")
        self.has_blank = self.has_blank or b"\n\n" in seen or b"\n\r\n" in seen
        self.has_quotes = self.has_quotes or bool(self.quote and self.quote in block)
        self.tail = seen[-2:]
        self.last = seen[-1:]

    @property
    def are_even(self) -> bool:
        is_one_kind = self.returns == 0 or self.returns == self.feeds == self.pairs
        return is_one_kind and not self.has_blank


def _cut_footer(path: Path, layout: DeliveryFormat) -> int | None:
    """Cut the footer's lines off; the number of rows that it states, if it does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - FOOTER_BYTES))
        tail = file.read()
    kept = tail.rstrip(b"\r\n")
    starts = [0, *(match.end() for match in LINE_END.finditer(kept))]
    if len(starts) < layout.footer_rows or not kept:
        raise _refused(f"expected {layout.footer_rows} footer line(s), found fewer lines; the file seems cut off")
    start = starts[-layout.footer_rows]
    lines = [line.decode("utf-8", "replace").strip() for line in LINE_END.split(kept[start:])]
    stated = rows_stated(lines, layout, kind="line")
    os.truncate(path, size - len(tail) + start)
    return stated


def _evened(path: Path, quote: bytes, work: Path) -> Path:
    """The same lines, each ended by a line feed, blank ones marked; line ends within quotes stay as they are."""
    result = work / "even.txt"
    is_quoted = False
    at_line_start = True
    with path.open("rb") as source, result.open("wb") as target:
        held = b""
        while block := source.read(BLOCK_BYTES):
            block = held + block
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)]
            parts = block.split(quote) if quote else [block]
            for index, part in enumerate(parts):
                if index:
                    is_quoted = not is_quoted
                    at_line_start = False
                parts[index] = _part(part, is_quoted, at_line_start)
                at_line_start = part[-1:] in (b"\n", b"\r") and not is_quoted if part else at_line_start
            target.write(quote.join(parts))
        target.write(b"\n" if held else b"")
    path.unlink()
    return result


def _part(part: bytes, is_quoted: bool, at_line_start: bool) -> bytes:
    if is_quoted:
        return part.replace(b"\r", RETURN.encode())
    if not part:
        return part
    part = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    marked = b"\n" + BLANK.encode() + b"\n"
    part = part.replace(b"\n\n", marked).replace(b"\n\n", marked)
    return BLANK.encode() + part if at_line_start and part.startswith(b"\n") else part


def _add_sentinel(path: Path, end: bytes, *, needs_end: bool) -> None:
    with path.open("ab") as file:
        file.write((end if needs_end else b"") + SENTINEL.encode() + end)


def _count_lines(path: Path) -> int:
    lines = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            lines += block.count(b"\n")
    return lines


def _refused(problem: str) -> ExtractRefused:
    return ExtractRefused("the file does not match its contract", [problem])
