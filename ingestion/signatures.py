"""Say what kind of file some bytes are, from their first few, when they are not what the contract says.

Only the naming of kinds belongs here; nothing is parsed.
"""

SIGNATURES = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a ZIP file or an Excel workbook (.xlsx)"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file (.xls or .doc)"),
    (b"BZh", "a bzip2 file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich text document"),
    (b"-----BEGIN PGP", "a PGP message"),
)
MARKUP = ((b"<!doctype html", "an HTML page"), (b"<html", "an HTML page"), (b"<?xml", "an XML document"))
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
TAR_PLACE, TAR_SIGNATURE = 257, b"ustar"
SAMPLE_BYTES = 2000


def kind_of(first: bytes) -> str | None:
    """What a file that starts with `first` is, in words, or None for what may be plain text."""
    for signature, kind in SIGNATURES:
        if first.startswith(signature):
            return kind
    if first[TAR_PLACE:].startswith(TAR_SIGNATURE):
        return "a tar archive"
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for signature, kind in MARKUP if text.startswith(signature)), None)


def byte_order_mark(first: bytes) -> tuple[str | None, bytes]:
    """The encoding that a byte order mark at the start announces, and the mark; (None, b"") where there is none."""
    return next(((encoding, mark) for mark, encoding in MARKS if first.startswith(mark)), (None, b""))


def looks_like_utf16(first: bytes) -> str | None:
    """The byte order in which text without a mark alternates letters and zero bytes, as UTF-16 does, or None."""
    sample = first[:SAMPLE_BYTES]
    zeros = {"utf-16-be": sample[0::2].count(0), "utf-16-le": sample[1::2].count(0)}
    order, other = sorted(zeros, key=lambda name: zeros[name], reverse=True)
    is_alternating = len(sample) > 3 and zeros[order] > len(sample) // 3 and zeros[other] * 4 < zeros[order]
    return order if is_alternating else None
