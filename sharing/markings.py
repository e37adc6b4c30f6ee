"""How sensitive a cell is: partners' markings on the common ladder. What joins several markings takes the highest."""

from dataclasses import dataclass

from ingestion.contract import Contract
from sharing.governance import Governance, Ladder, Scheme
from sharing.tiers import PLACE_LEVELS

DETAILS_WITH_MEASURES = ("coded", "full")


@dataclass(frozen=True)
class Sensitivity:
    """The rung of a cell and the controls it requires. `unplaced`: markings that no ladder or scheme knows."""

    rung: str = ""
    height: int = -1  # of the rung, from 0 for the lowest
    controls: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


def markings_of(contract: Contract, detail: str) -> tuple[str, ...]:
    """The partner's own markings of what the detail shows: of the detail, and of every column shown. Sorted."""
    found = {contract.classification_by_detail.get(detail, contract.classification) or ""}
    if detail in DETAILS_WITH_MEASURES:
        found |= {column.classification for column in contract.columns if column.measure and column.classification}
    return tuple(sorted(found))


def sensitivity(governance: Governance, contract: Contract, level: str, detail: str) -> Sensitivity:
    """Where the cell stands: the highest of its markings, and at person and household level the ladder's minimum.

    A place tier holds counts after disclosure control, so a marking counts as what its scheme says of counts.
    """
    ladder, scheme = governance.ladder, governance.scheme_of(contract.organisation_type)
    if ladder is None or scheme is None:
        return Sensitivity(unplaced=markings_of(contract, detail))
    heights = {rung.id: height for height, rung in enumerate(ladder.rungs)}
    wanted = [] if level in PLACE_LEVELS else [ladder.row_level_minimum]
    controls: set[str] = set()
    unplaced: list[str] = []
    for marking in markings_of(contract, detail):
        counted = _when_counted(scheme, marking) if level in PLACE_LEVELS else marking
        placed = scheme.markings.get(counted)
        if placed is None:
            unplaced.append(counted)
        else:
            wanted.append(placed.rung)
            controls |= set(placed.controls)
    unplaced += [rung for rung in wanted if rung not in heights]
    if unplaced or not wanted:
        return Sensitivity(unplaced=tuple(unplaced))
    height = max(heights[rung] for rung in wanted)
    return Sensitivity(
        rung=ladder.rungs[height].id,
        height=height,
        controls=tuple(sorted(controls | _controls_up_to(ladder, height))),
    )


def _when_counted(scheme: Scheme, marking: str) -> str:
    placed = scheme.markings.get(marking)
    return placed.when_counted if placed and placed.when_counted else marking


def _controls_up_to(ladder: Ladder, height: int) -> set[str]:
    return {control for rung in ladder.rungs[: height + 1] for control in rung.controls}
