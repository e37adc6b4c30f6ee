"""Contract -> the facts that the handwritten SQL loops over (`region_datasets()`), as one dbt macro.

Only facts that SQL needs belong here: nothing about files, people cost or classification.
"""

from typing import Any

from ingestion.contract import Column, Contract

Band = tuple[float, float | None, str]  # lower bound, upper bound (exclusive; None: open), label


def band_codes(bands: tuple[float, ...]) -> list[Band]:
    """The codes by which a number is shared at the coded detail.

    Whole bounds 0, 5, 10 give `0-4`, `5-9`, `10+`; others 0, 0.5, 1 give `0-<0.5`, `0.5-<1`, `1+`. A number
    below the first bound has no code.
    """
    ordered = sorted(bands)
    whole = all(float(bound).is_integer() for bound in ordered)
    result: list[Band] = []
    for place, lower in enumerate(ordered):
        upper = ordered[place + 1] if place + 1 < len(ordered) else None
        if upper is None:
            label = f"{lower:.15g}+"
        elif whole:
            label = f"{lower:.15g}-{upper - 1:.15g}" if upper - 1 > lower else f"{lower:.15g}"
        else:
            label = f"{lower:.15g}-<{upper:.15g}"
        result.append((lower, upper, label))
    return result


def dataset_facts(contract: Contract) -> dict[str, Any]:
    """What SQL needs to know about one data set; keys in a fixed order."""
    coverage = contract.coverage
    return {
        "dataset": contract.dataset,
        "title": contract.title,
        "partner": contract.partner,
        "subject": contract.subject,
        "lead_service": contract.lead_service,
        "identity": list(contract.identity),
        "period": list(contract.period),
        "stale_after_days": _stale_after(contract),
        "coverage": {
            "districts": list(coverage.districts),
            "min_age": coverage.min_age,
            "max_age": coverage.max_age,
            "valid_from": _text(coverage.valid_from),
            "valid_to": _text(coverage.valid_to),
        },
        "measures": [_measure_facts(column) for column in contract.columns if column.measure],
    }


def datasets_macro(contracts: list[Contract]) -> str:
    """The text of `macros/region_datasets.sql`."""
    facts = [dataset_facts(contract) for contract in contracts]
    return (
        "{# Generated from the region's contracts; change the contract, not this file. #}\n"
        "{% macro region_datasets() %}\n"
        f"{{% do return({_literal(facts)}) %}}\n"
        "{% endmacro %}\n"
    )


def _measure_facts(column: Column) -> dict[str, Any]:
    measure = column.measure
    assert measure is not None
    return {
        "measure": column.name,
        "kind": measure.kind,
        "is_boolean": column.logical_type == "boolean",
        "bands": [list(band) for band in band_codes(measure.bands)],
        "counts_people": measure.counts_people,
    }


def _stale_after(contract: Contract) -> float | None:
    """Days after which an extract is stale: one frequency and the promised latency; None without a promise."""
    if contract.frequency_days is None:
        return None
    return contract.frequency_days + (contract.latency_days or 0.0)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _literal(value: Any, indent: int = 0) -> str:
    """`value` as a Jinja literal, one fact a line, so that a change reads well in a diff."""
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        body = ",\n".join(f"{inner}{_literal(key)}: {_literal(item, indent + 2)}" for key, item in value.items())
        return f"{{\n{body}\n{' ' * indent}}}"
    if isinstance(value, list):
        if not any(isinstance(item, dict) for item in value):
            return f"[{', '.join(_literal(item) for item in value)}]"
        body = ",\n".join(f"{inner}{_literal(item, indent + 2)}" for item in value)
        return f"[\n{body}\n{' ' * indent}]"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
