"""Reads `region/actions/*.yaml` and says all that is wrong with them at once, by file and line, with the remedy."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingestion.contract import Contract
from settings.errors import RegionError
from settings.paths import Region
from sharing.region_yaml import Document, Problem, closest, read_document
from sharing.tiers import LEVELS, TIERS
from valuation.actions import Action

REMEDY = "see docs/valuation.md"
ROUNDING = 1e-6  # of shares that add up to 1


def read_actions(region: Region, contracts: Mapping[str, Contract]) -> dict[str, Action]:
    """Actions by id, in the order of their ids; none where the region has no folder of them.

    contracts: the region's data sets, which actions name. Raises RegionError that lists every problem of every file.
    """
    problems: list[Problem] = []
    found: dict[str, tuple[Action, Document]] = {}
    for path in sorted((region.root / "actions").glob("*.y*ml")):
        document = read_document(path, region.root, problems)
        action = _action(document, problems) if document else None
        if action is None or document is None:
            continue
        if action.id in found:
            what = f"id '{action.id}' is taken by {found[action.id][1].name}"
            problems.append(Problem(document.name, document.line("id"), what, "choose another"))
            continue
        found[action.id] = (action, document)
        problems += _misnamed(action, document, contracts)
    if problems:
        raise RegionError(
            f"{len(problems)} problem(s) in the region's actions", [str(problem) for problem in sorted(problems)]
        )
    return {name: action for name, (action, _) in sorted(found.items())}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of an action's file, for editors and continuous integration."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema()}


@lru_cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Action)


def _action(document: Document, problems: list[Problem]) -> Action | None:
    from pydantic import ValidationError

    try:
        action: Action = _adapter().validate_python(document.content)
    except ValidationError as error:
        problems.extend(_problem(document, item) for item in error.errors())
        return None
    return action


def _problem(document: Document, item: Any) -> Problem:
    path = tuple(item["loc"])
    where, line = ".".join(str(part) for part in path), document.line(*path)
    if item["type"] in ("missing", "missing_argument"):
        return Problem(document.name, document.line(*path[:-1]), f"'{where}' is missing", f"add it; {REMEDY}")
    if item["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = list(_adapter().json_schema()["properties"]) if len(path) == 1 else []
        return Problem(document.name, line, f"unknown key '{where}'", closest(where, known) if known else REMEDY)
    return Problem(document.name, line, f"'{where}': {item['msg'][:1].lower()}{item['msg'][1:]}", REMEDY)


def _misnamed(action: Action, document: Document, contracts: Mapping[str, Contract]) -> list[Problem]:
    """Names that lead nowhere, and facts that contradict each other."""
    name, said = document.name, []
    for key in ("own_data", "candidates"):
        for number, dataset in enumerate(getattr(action, key)):
            if dataset not in contracts:
                what = f"{key}: no contract describes '{dataset}'"
                said.append(Problem(name, document.line(key, number), what, closest(dataset, contracts)))
    for dataset in sorted({*action.own_data} & {*action.candidates}):
        what = f"'{dataset}' is both the owner's and a candidate"
        said.append(Problem(name, document.line("candidates"), what, "name it once"))
    tiers = (*LEVELS, *TIERS)
    for tier in action.acceptability.accepts:
        if tier not in tiers:
            line = document.line("acceptability", "accepts", tier)
            said.append(Problem(name, line, f"'{tier}' is neither a level nor a tier", closest(tier, tiers)))
    said += _wrong_shares(action, document)
    if action.eligible.min_age > action.eligible.max_age:
        said.append(Problem(name, document.line("eligible"), "min_age exceeds max_age", "swap them"))
    return said + _wrong_outcome(action, document, contracts)


def _wrong_shares(action: Action, document: Document) -> list[Problem]:
    """Of those who pay and who gain: shares that do not add up, or that nobody vouches for."""
    said = []
    for key in ("pays", "gains"):
        given, line = document.content[key], document.line(key)
        if isinstance(given, list):
            for number, body in enumerate(given):
                if body in given[:number]:
                    what = f"{key}: '{body}' is named twice"
                    said.append(Problem(document.name, document.line(key, number), what, "name it once"))
            continue
        total = sum(getattr(action, key).values())
        if abs(total - 1) > ROUNDING:
            remedy = "make them add up to 1, or write a list of bodies for equal parts"
            said.append(Problem(document.name, line, f"{key}: the shares add up to {total:g}", remedy))
        if action.shares_source is None:
            what = f"{key}: shares without a source"
            said.append(Problem(document.name, line, what, "add 'shares_source', or write a list for equal parts"))
    return said


def _wrong_outcome(action: Action, document: Document, contracts: Mapping[str, Contract]) -> list[Problem]:
    records, line = action.outcome.records, document.line("outcome")
    if records is None:
        missing = action.outcome.source == "records"
        remedy = "add 'records' with a dataset"
        return [Problem(document.name, line, "the outcome's records are not named", remedy)] if missing else []
    contract = contracts.get(records.dataset)
    if contract is None:
        what = f"outcome: no contract describes '{records.dataset}'"
        return [Problem(document.name, line, what, closest(records.dataset, contracts))]
    if records.measure is not None and records.measure not in contract.measures:
        what = f"outcome: {records.dataset} has no measure '{records.measure}'"
        return [Problem(document.name, line, what, closest(records.measure, contract.measures))]
    return []
