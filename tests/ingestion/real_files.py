"""How the tests of real files compare what was read with what is known of a file."""

from ingestion.contract import Column, Contract
from settings.paths import Home
from tests.ingestion.partner import column, rejects, rows, take
from tests.shared_data import SHARED

MESSY, PARTNERS = SHARED / "messy_csv", SHARED / "partner_samples"


def tidy(cell: str) -> str | None:
    return cell.strip(" \t\r\n\u00a0") or None


def filled(found: list[list[str]]) -> list[tuple[str | None, ...]]:
    """Rows as a snapshot has them: trimmed, empty as None, without the rows that have nothing."""
    return [row for row in (tuple(map(tidy, cells)) for cells in found) if any(row)]


def texts(headers: list[str], *, by_position: bool) -> tuple[Column, ...]:
    return tuple(column(f"c{i}", header=f"c{i}" if by_position else name) for i, name in enumerate(headers))


def outcome(home: Home, made: Contract, content: bytes, want: list[tuple[str | None, ...]], width: int) -> str:
    """right, part (the rows not rejected are right), refused or different."""
    result = take(home, made, content)
    if result.snapshot is None:
        assert result.problems
        return "refused"
    got = rows(result)
    if got == want and not rejects(result):
        return "right"
    return "part" if rejects(result) and got == [row for row in want if len(row) == width] else "different"
