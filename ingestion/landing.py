"""Find partners' files in the landing folder by the patterns that the contracts state.

Only names and dates belong here: no file is opened, and nothing is decided about a file that no contract claims
beyond listing it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingestion.contract import Contract

UNFINISHED_SUFFIXES = (".part", ".partial", ".filepart", ".tmp", ".crdownload")
UNFINISHED_PREFIXES = (".", "~$")
GEOGRAPHY_FOLDER = "geography"  # sources of place lookups land here; the geography loader reads them


@dataclass(frozen=True)
class Extract:
    """One file of a data set, as it lies in the landing folder."""

    path: Path
    extract_date: str  # ISO


def find_extracts(contract: Contract, landing: Path) -> list[Extract]:
    """The files of `contract` below `landing`, oldest first.

    A name whose date part is not written exactly as the contract's `date_in_name` says is not claimed, so two files
    never share a date; `unmatched_files` lists such names.
    """
    pattern = Path(contract.format.pattern)
    before, after = pattern.name.split("{date}") if "{date}" in pattern.name else (pattern.name, "")
    extracts = []
    for path in _files(landing / pattern.parent):
        name = path.name
        if len(name) <= len(before) + len(after) or not (name.startswith(before) and name.endswith(after)):
            continue
        date = _date(name[len(before) : len(name) - len(after)], contract.format.date_in_name)
        if date is not None:
            extracts.append(Extract(path, date))
    return sorted(extracts, key=lambda extract: extract.extract_date)


def unmatched_files(contracts: Iterable[Contract], landing: Path) -> list[Path]:
    """Files below `landing` that no contract claims, in the order of their names.

    Hidden and unfinished files (`.part`, `~$...`) and the geography folder are left out.
    """
    claimed = {extract.path for contract in contracts for extract in find_extracts(contract, landing)}
    every = (path for path in landing.rglob("*") if _is_finished(path) and path.is_file())
    return sorted(path for path in every if path not in claimed and not _is_elsewhere(path.relative_to(landing)))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _is_finished(path) and path.is_file())


def _is_finished(path: Path) -> bool:
    return not path.name.startswith(UNFINISHED_PREFIXES) and not path.name.lower().endswith(UNFINISHED_SUFFIXES)


def _is_elsewhere(relative: Path) -> bool:
    return relative.parts[0] == GEOGRAPHY_FOLDER or any(part.startswith(".") for part in relative.parts)


def _date(text: str, written: str) -> str | None:
    """`text` as an ISO date, or None where it is not written exactly as `written` says (no missing zeros)."""
    try:
        moment = datetime.strptime(text, written)
    except ValueError:
        return None
    return moment.date().isoformat() if moment.strftime(written) == text else None
