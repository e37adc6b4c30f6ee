"""Rows of erased persons, recognised by keyed digests of their identifiers and left out before anything is kept.

What is digested is here, because ingestion is where partners send such rows again; erasing is `rights/erase.py`'s.
No value and no plain hash is kept: without the key, which lies beside them with mode 0600, digests say nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.typing_rules import REJECTS, TYPED
from settings.duck import identifier, quoted
from settings.files import read_json
from settings.keyed_digests import hmac_pads, hmac_sql, kept_key
from settings.paths import Home

NUMBERS = {"nhs_number": (10, "0-9"), "upn": (13, "0-9A-Z"), "nino": (9, "0-9A-Z")}  # role -> its length and signs
BUCKETS, BUCKET_DIGITS = 4096, 3  # hexadecimal
TOGETHER = ("given_name", "family_name", "birth_date", "postcode")  # together they name one person; none does alone


@dataclass(frozen=True)
class Erased:
    """Digests by which erased persons are known again, and the key they were made with."""

    digests: tuple[str, ...]
    key: bytes


def folder(home: Home) -> Path:
    """Where receipts of erasures lie, with their digests and the key."""
    return home.identity / "erased"


def receipt_files(home: Home) -> list[Path]:
    """The receipt of every erasure, oldest first."""
    return sorted(folder(home).glob("erasure-*.json"))


def erasure_key(home: Home) -> bytes:
    """The key of the digests, made when the first person is erased."""
    remedy = "restore it from a backup; without it erased persons are not known again"
    return kept_key(folder(home) / "erasure.key", remedy=remedy)


def read_erased(home: Home) -> Erased | None:
    """All that was erased; None where nobody was."""
    found = {digest for path in receipt_files(home) for digest in (read_json(path) or {}).get("digests", ())}
    return Erased(tuple(sorted(found)), erasure_key(home)) if found else None


def marks_sql(contract: Contract) -> dict[str, str]:
    """Kind of identifier -> SQL of a row's text to be digested, over the contract's columns; null where it has none.

    The record's own id is staging's: md5 of data set and key.
    """
    keys = "".join(f", coalesce(cast({identifier(name)} as varchar), '')" for name in contract.key)
    marks = {"record": f"'record:' || md5(concat_ws(chr(31), {quoted(contract.dataset)}{keys}))"}
    for role, (length, signs) in NUMBERS.items():
        if role in contract.identity:
            plain = _plain(contract.identity[role], signs)
            marks[role] = f"case when length({plain}) = {length} then '{role}:' || {plain} end"
    if set(TOGETHER) <= set(contract.identity):
        parts = {role: _plain(contract.identity[role], "A-Z") for role in ("given_name", "family_name")}
        parts["birth_date"] = f"cast(try_cast({identifier(contract.identity['birth_date'])} as date) as varchar)"
        parts["postcode"] = _plain(contract.identity["postcode"], "A-Z0-9")
        texts = " || '|' || ".join(f"nullif({part}, '')" for part in parts.values())
        marks["person"] = f"'person:' || {texts}"
    return marks


def _plain(column: str, signs: str) -> str:
    return f"regexp_replace(upper(strip_accents(cast({identifier(column)} as varchar))), '[^{signs}]', '', 'g')"


def digest_sql(text: str) -> str:
    """SQL of what is kept of an identifier: its bucket in three hexadecimal digits, then its HMAC."""
    return f"format('{{:03x}}', {_bucket_sql(text)}) || {hmac_sql(text)}"


def digest_parameters(key: bytes) -> dict[str, Any]:
    """The parameters that `digest_sql` needs."""
    return {"salt": key.hex(), **hmac_pads(key)}


def _bucket_sql(text: str) -> str:
    """A quick keyed hash, so that the HMAC is only reckoned for one text in thousands."""
    return f"md5_number_lower($salt || {text}) % {BUCKETS}"


def find_rows(connection: Any, contract: Contract, erased: Erased, *, source: str, row: str = "row_number") -> int:
    """Make temp table `erased_row` (the columns `row`) of the rows of `source` that are erased persons'; how many."""
    texts = ", ".join(marks_sql(contract).values())
    buckets = ", ".join(sorted({str(int(digest[:BUCKET_DIGITS], 16)) for digest in erased.digests}))
    parameters = digest_parameters(erased.key)
    connection.execute(
        f"""
        create or replace temp table erased_candidate as
        select * from (select {row}, unnest([{texts}]) as text from {source})
        where text is not null and {_bucket_sql("text")} in ({buckets})
        """,
        {"salt": parameters["salt"]},
    )
    connection.execute(
        f"""
        create or replace temp table erased_row as
        select distinct * exclude (text) from erased_candidate
        where {digest_sql("text")} in (select unnest($digests::varchar[]))
        """,
        {**parameters, "digests": list(erased.digests)},
    )
    connection.execute("drop table erased_candidate")
    (found,) = connection.execute("select count(*) from erased_row").fetchone()
    return int(found)


def leave_out(connection: Any, contract: Contract, erased: Erased | None) -> int:
    """Drop the rows of erased persons from the tables of an extract in hand; return how many were sent."""
    if erased is None:
        return 0
    found = find_rows(connection, contract, erased, source=TYPED)
    for table in (TYPED, REJECTS) if found else ():
        connection.execute(f"delete from {table} where row_number in (from erased_row)")
    return found
