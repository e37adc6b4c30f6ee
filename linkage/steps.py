"""With which inputs each step of linkage last finished, and what it counted: `linkage.step` of the identity store.

Equal mark, equal result, so the step may be skipped. What goes into a step's mark is said in `run.py`.
"""

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from linkage.store import STORE
from settings.duck import connect, has_table
from settings.errors import UserError
from settings.paths import Home


def code_digest(*modules: str) -> str:
    """A digest of the source of modules, or whole sub-packages, of this one: a changed rule is reason to run again."""
    digest = sha256()
    for name in modules:
        path = Path(__file__).parent / name
        for source in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(source.read_bytes())
    return digest.hexdigest()


def finished_counts(work: Any, step: str, mark: str) -> dict[str, Any] | None:
    """The counts of `step` if it last finished with this fingerprint, else None."""
    row = work.execute(f"select fingerprint, counts from {STORE}.linkage.step where step = ?", [step]).fetchone()
    return json.loads(row[1]) if row and row[0] == mark else None


def last_finished(home: Home, step: str) -> tuple[str, dict[str, Any]] | None:
    """The fingerprint and counts with which a step last finished, on a connection of its own; None if it never did."""
    if not home.identity_db.exists():
        return None
    with connect(home.identity_db, read_only=True) as connection:
        if not has_table(connection, "linkage", "step"):
            return None
        row = connection.execute("select fingerprint, counts from linkage.step where step = ?", [step]).fetchone()
    return (row[0], json.loads(row[1])) if row else None


def finished_mark(work: Any, step: str) -> str:
    """The fingerprint with which `step` last finished; raises UserError where it never did."""
    row = work.execute(f"select fingerprint from {STORE}.linkage.step where step = ?", [step]).fetchone()
    if row is None:
        raise UserError("linkage is not that far yet", [f"step '{step}' has not run; run it first"])
    return str(row[0])


def is_finished(work: Any, step: str, mark: str) -> bool:
    """Whether `step` last finished with this fingerprint."""
    return finished_counts(work, step, mark) is not None


def was_finished(work: Any, step: str) -> bool:
    """Whether `step` ever finished and was not forgotten since."""
    return work.execute(f"select 1 from {STORE}.linkage.step where step = ?", [step]).fetchone() is not None


def mark_finished(work: Any, step: str, mark: str, counts: Any) -> None:
    """Note, in the step's transaction, with which inputs `step` finished and what it counted."""
    work.execute(f"delete from {STORE}.linkage.step where step = ?", [step])
    work.execute(
        f"insert into {STORE}.linkage.step values (?, ?, ?)", [step, mark, json.dumps(asdict(counts), sort_keys=True)]
    )


def forget_step(work: Any, step: str) -> None:
    """Drop the mark of `step`, so that it does all its work again."""
    work.execute(f"delete from {STORE}.linkage.step where step = ?", [step])
