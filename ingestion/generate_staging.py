"""Contract -> the text of its dbt source, its thin staging model and the model's properties.

Only text is made here. The cleaning that the models call is written by hand in `dbt_project/macros/cleaning/`.
"""

from typing import Any

import yaml

from ingestion.contract import IDENTITY_ROLES, PERIOD_ROLES, Column, Contract
from ingestion.raw_view import LATEST
from settings.duck import identifier, quoted

CLEANING = {
    "given_name": "clean_name",
    "family_name": "clean_name",
    "birth_date": "clean_birth_date",
    "sex": "clean_sex",
    "postcode": "clean_postcode",
    "address": "clean_address",
    "uprn": "clean_uprn",
    "nhs_number": "clean_nhs_number",
    "upn": "clean_upn",
    "nino": "clean_nino",
    "phone": "clean_phone",
    "email": "clean_email",
}
STAGING_COLUMNS = ("record_id", "extract_date", "row_number", *IDENTITY_ROLES, "ward_code", *PERIOD_ROLES, "rag")
ROLE_DESCRIPTIONS = {
    "record_id": "md5 of data set and key; the record's name in every later layer.",
    "extract_date": "Date of the extract that this record came with.",
    "row_number": "Row in the partner's file, as a spreadsheet shows it.",
    "ward_code": "Ward that the record is about.",
    "valid_from": "First day on which the record holds.",
    "valid_to": "Last day on which the record holds; null while it is open.",
    "event_date": "Day on which the event happened.",
    "rag": "red, amber or green by the contract's conditions, the first that holds.",
}


def clashes(contract: Contract) -> list[str]:
    """Problems that would make two staging columns bear one name."""
    return [
        f"{contract.dataset}: measure '{name}' bears the name of a staging column; call the column something else"
        for name in contract.measures
        if name in STAGING_COLUMNS
    ]


def source_properties(contracts: list[Contract]) -> str:
    """`models/_raw.yml`: one source table per data set with its columns."""
    tables: list[dict[str, Any]] = [
        {
            "name": contract.dataset,
            "description": f"{contract.title}, as {contract.partner} delivers it. {contract.grain}".strip(),
            "columns": [_column_properties(column) for column in contract.columns]
            + [{"name": name, "description": ROLE_DESCRIPTIONS[name]} for name in ("row_number", "extract_date")],
        }
        for contract in contracts
    ]
    latest = {
        "name": LATEST,
        "description": "One data set and the date of its latest accepted extract, null where there is none yet.",
        "columns": [{"name": "dataset", "description": "Name."}, {"name": "extract_date", "description": "Its date."}],
    }
    source = {
        "name": "raw",
        "schema": "raw",
        "description": "Accepted records of the partners' extracts: typed, and otherwise as written.",
        "tables": [*tables, latest],
    }
    return _yaml({"sources": [source]})


def staging_model(contract: Contract) -> str:
    """`stg_<dataset>.sql`: rename, cast and clean one data set; join nothing."""
    imports = [f"source as (\n    select * from {{{{ source('raw', {quoted(contract.dataset)}) }}}}\n)"]
    relation = "source"
    if contract.delivery == "delta":
        keys = ", ".join(identifier(name) for name in contract.key)
        imports.append(
            "last_line as (\n    select * from source\n"
            f"    qualify row_number() over (partition by {keys} order by extract_date desc, row_number desc) = 1\n)"
        )
        imports.append("undeleted as (\n    select * from last_line\n    where not is_deleted\n)")
        relation = "undeleted"
    columns = ",\n        ".join(f"{expression} as {name}" for name, expression in _staging_columns(contract))
    imports.append(f"final as (\n    select\n        {columns}\n    from {relation}\n)")
    return f"{_heading(contract)}with " + ",\n\n".join(imports) + "\n\nselect * from final\n"


def staging_properties(contract: Contract) -> str:
    """`stg_<dataset>.yml`: grain, columns and the two tests that every later layer relies on."""
    labels = {name: measure.label for name, measure in contract.measures.items()}
    columns: list[dict[str, Any]] = []
    for quoted_name, _ in _staging_columns(contract):
        name = quoted_name.strip('"')
        description = labels.get(name) or ROLE_DESCRIPTIONS.get(name) or f"{name.replace('_', ' ')}, in standard form."
        columns.append({"name": name, "description": description})
    columns[0]["data_tests"] = ["unique", "not_null"]
    model = {
        "name": f"stg_{contract.dataset}",
        "description": f"{contract.title}: one current record a row, cleaned. {contract.grain}".strip(),
        "columns": columns,
    }
    return _yaml({"models": [model]})


def _heading(contract: Contract) -> str:
    return f"-- Generated from the contract of {contract.dataset} {contract.version}; change that, not this.\n\n"


def _staging_columns(contract: Contract) -> list[tuple[str, str]]:
    keys = ", ".join(quoted(identifier(name)) for name in contract.key)
    result = [
        ("record_id", f"{{{{ record_id({quoted(contract.dataset)}, [{keys}]) }}}}"),
        ("extract_date", "extract_date"),
        ("row_number", "row_number"),
    ]
    for role in IDENTITY_ROLES:
        if role in contract.identity:
            result.append((role, f"{{{{ {CLEANING[role]}({quoted(identifier(contract.identity[role]))}) }}}}"))
    for column in contract.columns:
        if column.place == "ward_code":
            result.append(("ward_code", f"{{{{ clean_ward_code({quoted(identifier(column.name))}) }}}}"))
    for role in PERIOD_ROLES:
        if role in contract.period:
            result.append((role, f"cast({identifier(contract.period[role])} as date)"))
    result.append(("rag", _rating(contract)))
    result.extend((identifier(name), identifier(name)) for name in contract.measures)
    return result


def _rating(contract: Contract) -> str:
    branches = [
        f"when {' or '.join(f'({condition})' for condition in conditions)} then '{rating}'"
        for rating, conditions in (("red", contract.rag_red), ("amber", contract.rag_amber))
        if conditions
    ]
    return f"case {' '.join(branches)} else 'green' end" if branches else "'green'"


def _column_properties(column: Column) -> dict[str, str]:
    label = column.measure.label if column.measure else ""
    description = column.description or label or (f"{column.identity.replace('_', ' ')}" if column.identity else "")
    return {"name": column.name, "description": description or column.header}


def _yaml(value: dict[str, Any]) -> str:
    heading = "# Generated from the region's contracts; change the contract, not this file.\n"
    return heading + yaml.safe_dump({"version": 2, **value}, sort_keys=False, allow_unicode=True, width=120)
