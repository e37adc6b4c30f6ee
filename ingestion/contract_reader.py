"""Read the region's contracts (Open Data Contract Standard YAML) and say all that is wrong with them at once.

No file of a partner is touched here.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingestion.contract import (
    FORMATS,
    IDENTITY_ROLES,
    LOGICAL_TYPES,
    MEASURE_KINDS,
    PERIOD_ROLES,
    Column,
    Contract,
    Coverage,
    DeliveryFormat,
    Measure,
    QualityRule,
)
from ingestion.contract_checks import problems_of
from settings.errors import RegionError
from settings.yaml_text import parse

DAYS_PER_UNIT = {"h": 1 / 24, "d": 1, "w": 7, "m": 30.4375, "y": 365.25}
SEVERITIES = {"error": "blocking", "blocking": "blocking", "warning": "warning", None: "warning"}


@lru_cache(maxsize=32)
def _read_cached(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> dict[str, Contract]:
    problems: list[str] = []
    contracts: dict[str, Contract] = {}
    for path in sorted(folder.glob("*.odcs.yaml")):
        contract = _read_one(path, problems)
        if contract is None:
            continue
        if contract.dataset in contracts:
            problems.append(f"{path.name}: data set '{contract.dataset}' has two contracts; keep one")
        contracts[contract.dataset] = contract
    if not contracts and not problems:
        problems.append(f"no *.odcs.yaml file in {folder.name}/; write one contract per extract")
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the contracts", problems)
    return contracts


def read_contracts(folder: Path) -> dict[str, Contract]:
    """All contracts below `folder` by data set name, in the order of their names.

    Raises RegionError that lists every problem of every contract.
    """
    stamp = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.glob("*.odcs.yaml")))
    return dict(_read_cached(folder, stamp))


def read_contract(path: Path) -> Contract:
    """One contract. Raises RegionError that lists every problem in it."""
    problems: list[str] = []
    contract = _read_one(path, problems)
    if problems or contract is None:
        raise RegionError(f"{len(problems)} problem(s) in {path.name}", problems)
    return contract


def _read_one(path: Path, problems: list[str]) -> Contract | None:
    import pydantic
    import yaml
    from open_data_contract_standard.model import OpenDataContractStandard

    text = path.read_text(encoding="utf-8")
    try:
        document = OpenDataContractStandard.model_validate(parse(text)[0])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(f"{path.name}: line {mark.line + 1 if mark else '?'}: not valid YAML; mend the syntax")
        return None
    except pydantic.ValidationError as error:
        problems.extend(
            f"{path.name}: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        return None
    found: list[str] = []
    contract = _contract(document, found, digest=hashlib.sha256(text.encode()).hexdigest())
    problems.extend(f"{path.name}: {problem}" for problem in found)
    return None if found else contract


def _custom(properties: Iterable[Any] | None) -> dict[str, Any]:
    return {item.property: item.value for item in properties or [] if item.property}


def _number(value: Any, what: str, problems: list[str]) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        problems.append(f"{what} is '{value}'; write a number")
        return 0.0


def _one_of(value: Any, allowed: Iterable[str], what: str, problems: list[str]) -> None:
    if value not in allowed:
        problems.append(f"{what} is '{value}'; use one of {', '.join(allowed)}")


def _contract(document: Any, problems: list[str], *, digest: str) -> Contract | None:
    if not document.schema_ or len(document.schema_) != 1:
        problems.append("schema: exactly one object describes an extract")
        return None
    table = document.schema_[0]
    custom = _custom(document.customProperties)
    table_custom = _custom(table.customProperties)
    columns = tuple(_column(item, problems) for item in table.properties or [])
    sla = {item.property: _days(item) for item in document.slaProperties or []}
    rag = table_custom.get("rag") or {}
    tolerance = custom.get("tolerance") or {}
    deletion = custom.get("deletion") or {}
    for name in ("partner", "organisationType", "deliveryFormat", "delivery", "subject"):
        if name not in custom:
            problems.append(f"customProperties: '{name}' is missing; docs/contracts.md describes it")
    rules = [(None, rule) for rule in table.quality or []]
    rules += [(item.name, rule) for item in table.properties or [] for rule in item.quality or []]
    contract = Contract(
        dataset=document.name or "",
        version=document.version or "",
        title=table.businessName or document.name or "",
        description=(document.description.purpose if document.description else None) or table.description or "",
        grain=table.dataGranularityDescription or "",
        partner=custom.get("partner", ""),
        organisation_type=custom.get("organisationType", ""),
        owner=custom.get("owner") or custom.get("partner", ""),
        subject=custom.get("subject", ""),
        delivery=custom.get("delivery", ""),
        format=_format(custom.get("deliveryFormat") or {}, problems),
        columns=columns,
        lead_service=custom.get("leadService") or custom.get("partner", ""),
        deletion_column=deletion.get("column"),
        deletion_value=deletion.get("value"),
        rag_red=tuple(rag.get("red") or ()),
        rag_amber=tuple(rag.get("amber") or ()),
        coverage=_dataclass_from(Coverage, custom.get("coverage") or {}, "coverage", problems),
        rejected_share_tolerance=_number(tolerance.get("rejectedShare", 0.0), "tolerance: rejectedShare", problems),
        row_count_fall_tolerance=_number(tolerance.get("rowCountFall", 0.5), "tolerance: rowCountFall", problems),
        quality=tuple(rule for column, item in rules if (rule := _rule(column, item, problems))),
        classification=custom.get("classification"),
        classification_by_detail=custom.get("classificationByDetail") or {},
        frequency_days=sla.get("frequency"),
        latency_days=sla.get("latency"),
        retention_days=sla.get("retention"),
        integration_days=_number(custom.get("integrationDays", 0.0), "integrationDays", problems),
        governance_days=_number(custom.get("governanceDays", 0.0), "governanceDays", problems),
        digest=digest,
    )
    if not problems:  # else the first cause would be told twice
        problems.extend(problems_of(contract))
    return contract


def _column(item: Any, problems: list[str]) -> Column:
    custom = _custom(item.customProperties)
    options = item.logicalTypeOptions or {}
    where = f"column '{item.name}'"
    _one_of(item.logicalType, LOGICAL_TYPES, f"{where}: logicalType", problems)
    if custom.get("identity") is not None:
        _one_of(custom["identity"], IDENTITY_ROLES, f"{where}: identity", problems)
    if custom.get("period") is not None:
        _one_of(custom["period"], PERIOD_ROLES, f"{where}: period", problems)
    return Column(
        name=item.name,
        header=item.physicalName or item.name,
        logical_type=item.logicalType,
        required=bool(item.required),
        unique=bool(item.unique),
        key=bool(item.primaryKey),
        identity=custom.get("identity"),
        period=custom.get("period"),
        place=custom.get("place"),
        measure=_measure(custom.get("measure"), where, problems),
        pattern=options.get("pattern"),
        minimum=_text(options.get("minimum")),
        maximum=_text(options.get("maximum")),
        max_length=options.get("maxLength"),
        date_format=options.get("format"),
        allowed=tuple(_text(value.value) or "" for value in item.enum or []),
        description=item.description or "",
        classification=item.classification,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _measure(value: dict[str, Any] | None, where: str, problems: list[str]) -> Measure | None:
    if value is None:
        return None
    _one_of(value.get("kind"), MEASURE_KINDS, f"{where}: measure kind", problems)
    return Measure(
        kind=value.get("kind", ""),
        label=value.get("label") or "",
        unit=value.get("unit"),
        codes={str(code): str(label) for code, label in (value.get("codes") or {}).items()},
        bands=tuple(float(bound) for bound in value.get("bands") or ()),
        counts_people=bool(value.get("countsPeople", False)),
    )


def _format(value: dict[str, Any], problems: list[str]) -> DeliveryFormat:
    result = _dataclass_from(DeliveryFormat, {"pattern": "", "kind": "", **value}, "deliveryFormat", problems)
    _one_of(result.kind, FORMATS, "deliveryFormat: kind", problems)
    return result


def _dataclass_from(cls: Any, value: dict[str, Any], where: str, problems: list[str]) -> Any:
    """Build `cls` from camelCase or snake_case keys; lists become tuples; unknown keys are problems."""
    known = {item.name for item in fields(cls)}
    arguments: dict[str, Any] = {}
    for key, content in value.items():
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
        if name not in known:
            problems.append(f"{where}: unknown key '{key}'; known are {', '.join(sorted(known))}")
            continue
        arguments[name] = tuple(str(entry) for entry in content) if isinstance(content, list) else content
    return cls(**arguments)


def _days(item: Any) -> float:
    return float(item.value) * DAYS_PER_UNIT.get(str(item.unit or "d").lower()[:1], 1)


def _rule(column: str | None, item: Any, problems: list[str]) -> QualityRule | None:
    where = f"quality rule '{item.name or '?'}'"
    if item.type != "custom" or item.engine != "greatExpectations":
        problems.append(f"{where}: write it as type: custom, engine: greatExpectations")
        return None
    implementation = item.implementation if isinstance(item.implementation, dict) else {}
    expectation = implementation.get("type")
    if not expectation:
        problems.append(f"{where}: implementation needs 'type' (an expectation) and 'kwargs'")
        return None
    if item.severity not in SEVERITIES:
        problems.append(f"{where}: severity is '{item.severity}'; use blocking or warning")
    arguments = dict(implementation.get("kwargs") or {})
    if column is not None:
        arguments.setdefault("column", column)
    return QualityRule(
        name=item.name or expectation,
        expectation=expectation,
        arguments=arguments,
        severity=SEVERITIES.get(item.severity, "warning"),
        dimension=item.dimension,
    )
