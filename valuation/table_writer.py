"""Lines as tables: a dataclass is a table, a field a column. What a line means belongs to the module that makes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, get_type_hints

import pyarrow as pa

from settings import duck
from settings.paths import Home

TYPES = {
    "str": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "tuple[str, ...]": pa.list_(pa.string()),
}


def write_tables(home: Home, tables: Mapping[str, tuple[type, Sequence[Any]]]) -> None:
    """Replace tables of `economics`, all or none. tables: name -> the dataclass of its lines, and the lines."""
    home.warehouse_db.parent.mkdir(parents=True, exist_ok=True)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("create schema if not exists economics; begin")
        for name, (kind, lines) in tables.items():
            connection.register("lines_to_write", as_arrow(kind, lines))
            connection.execute(f"create or replace table economics.{name} as from lines_to_write")
            connection.unregister("lines_to_write")
        connection.execute("commit")


def as_arrow(kind: type, lines: Iterable[Any]) -> pa.Table:
    """Lines as a table with a column per field of their dataclass."""
    hints = get_type_hints(kind)
    kept = list(lines)
    return pa.table(
        {
            item.name: pa.array([getattr(line, item.name) for line in kept], type=_type(hints[item.name]))
            for item in fields(kind)
        }
    )


def _type(hint: Any) -> pa.DataType:
    return TYPES[str(hint).removesuffix(" | None") if "|" in str(hint) or "[" in str(hint) else hint.__name__]
