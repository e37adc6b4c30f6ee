"""Compare the header a file has with the header its contract states, and say every difference at once.

Only cells are compared; reading lines is `text_head.py`. A header that is missing leaves a row of personal data in its
place, so a found name is shown only where the row is plainly a header: at least half of the contract's names are in
it, and what is shown holds no digit and is short. Everything else is told by position and count.
"""

from collections.abc import Sequence

from ingestion.contract import Contract

SHOWN_NAME_LENGTH = 40
SHOWN_NAMES = 5


def tidy(cell: str) -> str:
    """A header cell as it is compared: without spaces around it, and one space for any gap or line end within."""
    return " ".join(cell.split())


def folded(cell: str) -> str:
    """A header cell without what people change unknowingly: case, spaces, underscores, hyphens."""
    return "".join(letter for letter in cell.casefold() if letter.isalnum())


def shown(name: str) -> str:
    """A name for a message: what cannot be seen (a byte order mark, a space of no width) is written out."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in name)


def known_share(cells: Sequence[str], contract: Contract) -> float:
    """The share (0 to 1) of the contract's headers that are among `cells`, case and spaces aside."""
    found = {folded(cell) for cell in cells}
    headers = [folded(column.header) for column in contract.columns]
    return sum(header in found for header in headers) / max(len(headers), 1)


def is_header(cells: Sequence[str], contract: Contract) -> bool:
    """Whether `cells` are recognisably this contract's header."""
    return known_share(cells, contract) >= 0.5


def joined(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The ways to read a header of several rows: cells joined downwards, or with merged upper cells spread first."""
    width = max((len(row) for row in rows), default=0)
    padded = [[tidy(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    spread = [_spread(row) for row in padded[:-1]] + padded[-1:]
    return [
        [" ".join(part for part in column if part) for column in zip(*way, strict=True)] for way in (padded, spread)
    ]


def _spread(row: list[str]) -> list[str]:
    result: list[str] = []
    for cell in row:
        result.append(cell or (result[-1] if result else ""))
    return result


def match_header(cells: Sequence[str], contract: Contract, *, where: str) -> tuple[dict[str, int], list[str]]:
    """Column name -> position of its cell (0 is the first), and every problem.

    where: how to call the row in a message, e.g. "line 3".
    """
    found = [tidy(cell) for cell in cells]
    if not is_header(found, contract):
        return {}, [_not_a_header(found, contract, where)]
    glued = _glued(found, contract, where)
    if glued:
        return {}, [glued]
    positions: dict[str, int] = {}
    problems: list[str] = []
    unclaimed = [index for index, cell in enumerate(found) if cell]
    for column in contract.columns:
        places = [index for index, cell in enumerate(found) if cell == tidy(column.header)]
        if len(places) > 1:
            listed = " and ".join(str(index + 1) for index in places)
            problems.append(f"{where}: column '{column.header}' is there {len(places)} times (positions {listed})")
        if places:
            positions[column.name] = places[0]
            unclaimed = [index for index in unclaimed if index not in places]
    for column in contract.columns:
        if column.name not in positions:
            near = [index for index in unclaimed if folded(found[index]) == folded(column.header)]
            unclaimed = [index for index in unclaimed if index not in near[:1]]
            problems.append(_missing(column.header, found[near[0]] if near else None, where))
    if unclaimed and contract.format.extra_columns == "refuse":
        problems.append(_extra(unclaimed, found, where))
    return positions, problems


def _missing(header: str, near: str | None, where: str) -> str:
    if near is not None:
        return (
            f"{where}: expected column '{header}', found '{shown(near)}': only case, spaces or marks differ; rename it"
        )
    return f"{where}: column '{header}' is missing; add it, or say in the contract how it is called now"


def _extra(unclaimed: list[int], found: list[str], where: str) -> str:
    listed = ", ".join(str(index + 1) for index in unclaimed[:SHOWN_NAMES])
    listed += ", ..." if len(unclaimed) > SHOWN_NAMES else ""
    names = [found[index] for index in unclaimed[:SHOWN_NAMES]]
    short = [name for name in names if len(name) <= SHOWN_NAME_LENGTH and not any(c.isdigit() for c in name)]
    quotable = ", ".join(f"'{shown(name)}'" for name in short)
    named = f" ({quotable})" if short else ""
    return (
        f"{where}: {len(unclaimed)} column(s) that the contract does not name, at position {listed}{named}; "
        "remove them, or name them in the contract, or set extra_columns: ignore"
    )


def _not_a_header(found: list[str], contract: Contract, where: str) -> str:
    known = round(known_share(found, contract) * len(contract.columns))
    expected = ", ".join(column.header for column in contract.columns[:8])
    more = ", ..." if len(contract.columns) > 8 else ""
    return (
        f"{where}: expected the header ({len(contract.columns)} columns: {expected}{more}), "
        f"found {len(found)} field(s), "
        f"{known} of them names in it; the header seems to be missing or to be another one"
    )


def _glued(found: list[str], contract: Contract, where: str) -> str | None:
    """The header and the first row on one line: the last name runs straight into a value."""
    headers = [tidy(column.header) for column in contract.columns]
    width = len(headers)
    if len(found) <= width or set(found[: width - 1]) - set(headers):
        return None
    last = set(headers) - set(found[: width - 1])
    if len(last) != 1:
        return None
    name = last.pop()
    if found[width - 1] == name or not found[width - 1].startswith(name):
        return None
    return (
        f"{where}: the header runs on into the first row without a line end ({len(found)} fields, expected {width}); "
        "end the header's line"
    )
