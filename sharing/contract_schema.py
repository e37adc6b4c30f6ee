"""Contracts against the Open Data Contract Standard's own JSON Schema, which comes with the standard's package.

What the product itself asks of a contract is judged in `ingestion/contract_checks.py`.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from settings.paths import Region
from sharing.region_yaml import Problem, read_document

UNKNOWN_KEYS = {"additionalProperties", "unevaluatedProperties"}  # the schema has both, for the same keys
LONGEST = 200  # characters of an explanation; the schema's may repeat half the contract


def check_contract_schema(region: Region) -> Iterator[Problem]:
    """What the standard's schema refuses in the region's contracts. A file that is no YAML is not judged."""
    for path in sorted(region.contracts.glob("*.odcs.yaml")):
        document = read_document(path, region.root, [])
        if document is None:
            continue
        for place, what in _faults(json.dumps(document.content, default=str)):  # YAML reads a bare date as one
            where = ".".join(str(part) for part in place) or "the contract"
            yield Problem(
                document.name,
                document.line(*place),
                f"{where}: {what}, by the Open Data Contract Standard's schema",
                "see docs/contracts.md and the standard",
            )


@lru_cache(maxsize=64)
def _faults(contract: str) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Places and faults of a contract, given as JSON."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    unknown: set[str] = set()
    for error in _validator().iter_errors(json.loads(contract)):
        if error.validator in UNKNOWN_KEYS:
            if error.json_path in unknown:
                continue
            unknown.add(error.json_path)
        found.append(_explained(error))
    return tuple(found)


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft201909Validator

    schema = json.loads((files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8"))
    return Draft201909Validator(schema, format_checker=Draft201909Validator.FORMAT_CHECKER)


def _explained(error: Any) -> tuple[tuple[str | int, ...], str]:
    """Where the fault is and what it is: of several ways that were open, the one that came nearest."""
    from jsonschema.exceptions import best_match

    nearest = best_match([error])
    words = str(nearest.message)
    return tuple(nearest.absolute_path), words if len(words) <= LONGEST else f"fails '{nearest.validator}'"
