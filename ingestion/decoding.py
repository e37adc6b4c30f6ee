"""Read a text file's bytes: unpack, decode strictly, and hand on plain UTF-8 without its byte order mark.

Encoding, compression and stray bytes are judged here. Lines, fields and headers are not: see `text_body.py`.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from ingestion.contract import DeliveryFormat
from ingestion.signatures import byte_order_mark, kind_of, looks_like_utf16
from settings.errors import ExtractRefused

BLOCK_BYTES = 4 << 20
CONTROL_MARKS = (b"\x00", b"\x1a", b"\x1e", b"\x1f")  # no honest text holds them; text_body.py uses the last two
MOST_UNPACKED = 250  # times the packed bytes: honest extracts pack 5 to 50 times ...
UNPACKED_FREELY = 64 << 20  # ... and below so many bytes it does not matter
UTF8 = ("utf-8", "utf-8-sig")
SINGLE_BYTE = ("cp1250", "cp1251", "cp1252", "iso8859-1", "iso8859-15")
GARBLED = re.compile(rb"\xc2[\x80-\x9f]")  # U+0080 to U+009F: what cp1252 becomes when taken for latin-1
GUESSES = ("utf-8", "cp1252")  # said in messages only, never used to read


def decoded_blocks(path: Path, layout: DeliveryFormat, notes: list[str]) -> Iterator[bytes]:
    """UTF-8 blocks of the text in `path`, in order; a block may end within a character.

    `notes` receives what was accepted but is worth knowing. Raises ExtractRefused where the bytes are not what
    `layout` says; a message names the line, never the text.
    """
    with path.open("rb") as file:
        first = file.read(4096)
    _check_start(first, layout)
    if layout.compression is None:
        yield from _decode(_plain_blocks(path), layout, notes)
    else:
        yield from _decode(_unpacked_blocks(path), layout, notes)


def _check_start(first: bytes, layout: DeliveryFormat) -> None:
    if not first:
        raise _refused("the file is empty (0 bytes); send it again")
    kind = kind_of(first)
    if layout.compression == "gzip":
        if not first.startswith(b"\x1f\x8b"):
            raise _refused(f"expected a gzip file, found {kind or 'plain text'}; compress it, or change the contract")
    elif kind is not None:
        raise _refused(
            f"expected {layout.kind.upper()} text, found {kind}; "
            f"export the data as {layout.kind.upper()} instead of renaming the file"
        )


def _plain_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _unpacked_blocks(path: Path) -> Iterator[bytes]:
    empty = True
    try:
        with gzip.open(path, "rb") as file:
            most = max(UNPACKED_FREELY, MOST_UNPACKED * path.stat().st_size)
            while block := file.read(BLOCK_BYTES):
                if empty and (kind := kind_of(block[:4096])):
                    raise _refused(f"expected text inside the gzip file, found {kind}; send the text itself")
                if file.tell() > most:
                    raise _refused(
                        f"the gzip file unpacks to more than {MOST_UNPACKED} times its size, as no extract does; "
                        "check the export and send it again"
                    )
                empty = False
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _refused("the gzip file is cut off or damaged; send it again") from error
    if empty:
        raise _refused("the gzip file holds nothing (0 bytes unpacked); send it again")


def _decode(blocks: Iterator[bytes], layout: DeliveryFormat, notes: list[str]) -> Iterator[bytes]:
    encoding = codecs.lookup(layout.encoding).name
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)("strict")
    twin = _Utf8Twin() if encoding in SINGLE_BYTE else None
    line = 1
    last = b""
    at_start = True
    for block in blocks:
        if at_start:
            block = _without_mark(block, encoding, notes)
            at_start = False
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            raise _undecodable(error, layout, line) from error
        except UnicodeError as error:  # a codec that needs a byte order mark and finds none
            raise _refused(_without_order(block, layout)) from error
        if twin is not None:
            twin.feed(block)
        data = block if encoding in UTF8 else text.encode()
        _check_controls(data, line)
        garbled = GARBLED.search(last + data) if b"\xc2" in last + data else None
        if garbled:
            raise _refused(_garbled_message(last + data, garbled.start(), line, layout))
        last = data[-1:]
        line += data.count(b"\n")
        yield data
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _refused(f"the file ends in the middle of a {layout.encoding} character; it seems cut off") from error
    if twin is not None and twin.is_utf8():
        raise _refused(
            f"expected encoding {layout.encoding}, found UTF-8 (every accented letter is written in UTF-8); "
            "reading it as stated would garble names; send it as stated, or change the contract's encoding"
        )


def _without_mark(block: bytes, encoding: str, notes: list[str]) -> bytes:
    """Judge the byte order mark: dropped, but kept for the UTF-16 and UTF-32 codecs that find the order by it."""
    announced, mark = byte_order_mark(block)
    found = announced or looks_like_utf16(block)
    if announced == "utf-8-sig":
        if encoding not in UTF8:
            raise _refused(f"expected encoding {encoding}, found UTF-8 with a byte order mark; send it as stated")
        if encoding == "utf-8":
            notes.append("the file starts with a byte order mark that the contract does not mention")
        return block.removeprefix(mark)
    if found and not found.startswith(encoding):
        raise _refused(
            f"expected encoding {encoding}, found {found.upper()}; "
            f"save the file as {encoding}, or change the contract's encoding"
        )
    if announced == encoding:
        notes.append("the file starts with a byte order mark that the contract does not mention")
        return block.removeprefix(mark)
    if encoding == "utf-8-sig":
        notes.append("the byte order mark that the contract states is missing")
    return block


def _without_order(block: bytes, layout: DeliveryFormat) -> str:
    found = looks_like_utf16(block)
    seems = f"it looks like {found}" if found else f"it looks like {'utf-8' if _decodes(block, 'utf-8') else 'cp1252'}"
    return (
        f"expected encoding {layout.encoding} with a byte order mark, found none; {seems}; "
        f"save the file as {layout.encoding}, or change the contract's encoding"
    )


def _check_controls(data: bytes, line: int) -> None:
    for mark in CONTROL_MARKS:
        position = data.find(mark)
        if position >= 0:
            raise _refused(
                f"line {_line(data, position, line)}: "
                f"a control character (byte 0x{mark[0]:02x}) that no text file has; "
                "the file is damaged, was cut from an old system, or is not text; export it anew"
            )


def _line(data: bytes, position: int, line: int) -> int:
    return line + (data.count(b"\n", 0, position) or data.count(b"\r", 0, position))


def _undecodable(error: UnicodeDecodeError, layout: DeliveryFormat, line: int) -> ExtractRefused:
    data = error.object
    at = _line(data, error.start, line)
    guess = next((name for name in GUESSES if name != layout.encoding and _decodes(data, name)), None)
    hint = f"; it looks like {guess}" if guess else ""
    return _refused(
        f"line {at}: expected encoding {layout.encoding}, found a byte (0x{data[error.start]:02x}) that it does not "
        f"allow{hint}; save the file as {layout.encoding}, or change the contract's encoding"
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _garbled_message(data: bytes, position: int, line: int, layout: DeliveryFormat) -> str:
    where = f"line {_line(data, position, line)}: the control character U+00{data[position + 1]:02X}, which no text has"
    if codecs.lookup(layout.encoding).name == "iso8859-1":
        return f"{where}; the file looks like cp1252, not {layout.encoding}; change the contract's encoding"
    return (
        f"{where}; it stands for a mark of cp1252 that was converted as if it were latin-1 before the file was "
        "written; export the file anew from its source"
    )


class _Utf8Twin:
    """Reads the same bytes as UTF-8, to notice a UTF-8 file under a single-byte contract."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.valid = True
        self.beyond_ascii = False

    def feed(self, block: bytes) -> None:
        if not self.valid:
            return
        try:
            self.decoder.decode(block)
        except UnicodeDecodeError:
            self.valid = False
        self.beyond_ascii = self.beyond_ascii or not block.isascii()

    def is_utf8(self) -> bool:
        try:
            self.decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return self.valid and self.beyond_ascii


def _refused(problem: str) -> ExtractRefused:
    return ExtractRefused("the file does not match its contract", [problem])
