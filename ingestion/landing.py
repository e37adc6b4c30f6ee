"""Find partners' files in the landing folder by the patterns that the contracts state.

Only names and dates belong here: no file is opened, and a file that no contract claims is told and left alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path

from ingestion.contract import Contract

UNFINISHED_SUFFIXES = (".part", ".partial", ".filepart", ".tmp", ".crdownload")
UNFINISHED_PREFIXES = (".", "~$")
OTHER_FOLDERS = ("geography", "opt_outs")  # sources of place lookups, lists of objections: read elsewhere


@dataclass(frozen=True)
class Extract:
    """One file of a data set, as it lies in the landing folder."""

    path: Path
    extract_date: str  # ISO


def find_extracts(contract: Contract, landing: Path) -> list[Extract]:
    """The files of `contract` below `landing`, oldest first.

    A name whose date part is not written exactly as the contract's `date_in_name` says is not claimed, so two files
    never share a date; `unclaimed_files` tells of such names.
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


def unclaimed_files(
    contracts: Iterable[Contract], landing: Path, *, others: Collection[Path] = ()
) -> dict[str, list[str]]:
    """Data set -> what is wrong with each file that no contract claims and whose name is most like that data set's.

    A misspelt name or date is the commonest mistake of a partner, and such a file would be missed without a word.
    Hidden and unfinished files (`.part`, `~$...`) and what others read are left out. others: files and folders that
    place lookups are read from.
    """
    ordered = sorted(contracts, key=lambda contract: contract.dataset)
    claimed = {extract.path for contract in ordered for extract in find_extracts(contract, landing)}
    every = (path for path in landing.rglob("*") if _is_finished(path) and path.is_file())
    names = sorted(
        path.relative_to(landing) for path in every if path not in claimed and not {path, *path.parents} & {*others}
    )
    told: dict[str, list[str]] = {}
    for name in names:
        if ordered and not _is_elsewhere(name):
            nearest = max(ordered, key=lambda contract: _likeness(name.as_posix(), contract.format.pattern))
            remedy = "write a contract for it"
            if name.suffix.lower() == Path(nearest.format.pattern).suffix.lower():
                remedy = f"rename it to {nearest.format.pattern} with the date written {nearest.format.date_in_name}"
            told.setdefault(nearest.dataset, []).append(
                f"{name.as_posix()}: no contract claims this file; {remedy}, or take it away"
            )
    return told


def stamp_of(path: Path) -> str:
    """Size and times: equal stamps mean the same bytes, without reading them."""
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _likeness(name: str, pattern: str) -> float:
    return SequenceMatcher(None, name.casefold(), pattern.casefold(), autojunk=False).ratio()


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _is_finished(path) and path.is_file())


def _is_finished(path: Path) -> bool:
    return not path.name.startswith(UNFINISHED_PREFIXES) and not path.name.lower().endswith(UNFINISHED_SUFFIXES)


def _is_elsewhere(relative: Path) -> bool:
    return relative.parts[0] in OTHER_FOLDERS or any(part.startswith(".") for part in relative.parts)


def _date(text: str, written: str) -> str | None:
    """`text` as an ISO date, or None where it is not written exactly as `written` says (no missing zeros)."""
    try:
        moment = datetime.strptime(text, written)
    except ValueError:
        return None
    return moment.date().isoformat() if moment.strftime(written) == text else None
