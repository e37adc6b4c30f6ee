"""The places where personal data could have got to, as texts: columns of tables, and files as they are.

DuckDB, Parquet and SQLite files are read as tables, compressed ones are opened, everything else is text. What a text
is searched for is not decided here.
"""

import gzip
import html
import re
import sqlite3
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import duck, parquet_files
from settings.duck import identifier, quoted
from settings.paths import Home

TEXTS = (".csv", ".yaml", ".yml", ".json", ".md", ".txt")
SQLITE = b"SQLite format 3\0"
GZIP = b"\x1f\x8b"
ENCRYPTED_FOOTER = b"PARE"
WITHOUT_TEXT = ("DATE", "TIMESTAMP", "DOUBLE", "FLOAT", "BOOLEAN", "DECIMAL")  # types of columns
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Place:
    """Where a text stands: a column of a table in a file, or a file as a whole (both '')."""

    file: str
    table: str = ""
    column: str = ""


def files_of(home: Home) -> list[Path]:
    """Every file outside the folders that hold personal data by design, and outside the public map."""
    apart = {home.landing, home.identity, home.truth, home.geography}
    inside = (path for path in sorted(home.root.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in inside if not apart & set(path.parents) and home.current not in path.parents]


def start(work: Any) -> None:
    """Empty the temporary table `said` (place, is_whole, content). is_whole: all that one cell of a table says."""
    work.execute("create or replace temp table said (place integer, is_whole boolean, content varchar)")


def read(work: Any, path: Path, *, name: str, first: int) -> list[Place]:
    """Put all that `path` says, its `name` included, into `said`. Returns its places, numbered from `first` on."""
    with path.open("rb") as file:
        head = file.read(len(SQLITE))
    add_text(work, name, place=first)
    if path.suffix in (".duckdb", ".parquet"):
        return [Place(name), *_tables(work, path, name, first + 1)]
    if head == SQLITE:
        return [Place(name), *_sqlite(work, path, name, first + 1)]
    add_text(work, _plain(path.read_bytes()), place=first)
    return [Place(name)]


def add_text(work: Any, content: str, *, place: int = 0) -> None:
    """One text."""
    work.execute("insert into said values (?, false, ?)", [place, content])


def add_query(work: Any, query: str, *, place: int = 0) -> None:
    """The cells of a query's one column, each a text by itself."""
    work.execute(f"insert into said select {place:d}, true, cell from ({query}) as cells(cell) where cell is not null")


def _tables(work: Any, path: Path, file: str, first: int) -> list[Place]:
    """The columns of texts, lists and long whole numbers in a DuckDB or Parquet file."""
    if path.suffix == ".parquet":
        options = "hive_partitioning = false"
        is_closed = path.read_bytes()[-4:] == ENCRYPTED_FOOTER  # a report's downloads are plain though there is a key
        plain = f"read_parquet({quoted(path)}, {options})"
        source = parquet_files.source(work, path, options=options) if is_closed else plain
        described = work.execute(f"describe from {source}").fetchall()
        return _columns(work, [("", name, kind, source) for name, kind, *_ in described], file, first)
    duck.attach(work, path, "searched", read_only=True)
    try:
        listed = work.execute(
            """select schema_name, table_name, column_name, data_type from duckdb_columns()
            where database_name = 'searched' and not internal order by all"""
        ).fetchall()
        columns = [
            (f"{schema}.{table}", name, kind, f"searched.{identifier(schema)}.{identifier(table)}")
            for schema, table, name, kind in listed
        ]
        return _columns(work, columns, file, first)
    finally:
        work.execute("detach searched")


def _columns(work: Any, columns: list[tuple[str, str, str, str]], file: str, first: int) -> list[Place]:
    """columns: table, column, type and SQL source of each."""
    told = [(table, name, source) for table, name, kind, source in columns if not kind.startswith(WITHOUT_TEXT)]
    for number, (_, name, source) in enumerate(told, start=first):
        add_query(work, f"select distinct {identifier(name)}::varchar from {source}", place=number)
    return [Place(file, table, name) for table, name, _ in told]


def _sqlite(work: Any, path: Path, file: str, first: int) -> list[Place]:
    """Every column of every table, all its cells one text."""
    found: list[Place] = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in sorted(tables):
            cursor = connection.execute(f"select * from {identifier(table)}")
            names = [column[0] for column in cursor.description]
            cells = list(zip(*cursor.fetchall(), strict=True))
            for name, column in zip(names, cells, strict=False):
                content = "\n".join(_plain(cell) if isinstance(cell, bytes) else str(cell) for cell in column)
                add_text(work, _unescaped(content), place=first + len(found))
                found.append(Place(file, table, name))
    return found


def _plain(content: bytes) -> str:
    """Bytes as text, decompressed if they are compressed."""
    with suppress(zlib.error, OSError):
        content = gzip.decompress(content) if content.startswith(GZIP) else zlib.decompress(content)
    return _unescaped(content.decode("utf-8", errors="replace"))


def _unescaped(text: str) -> str:
    """Without the escapes of HTML and JSON."""
    plain = ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return html.unescape(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")).replace("\0", " ")
