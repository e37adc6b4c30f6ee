"""All that is held about one person, for an access request: as data, and written into a file that only its owner reads.

It is the one report with personal values, and goes nowhere but into that file. How it looks is `subject_page.py`'s.
Others' data stay out: of a household it says the size, of a linked record the reason, never another person's name.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.departed import departed_data_sets
from ingestion.receipts import read_receipts
from rights.person import Person
from settings import duck
from settings.errors import UserError
from settings.files import write_atomically, write_json
from settings.paths import Home, Region
from sharing.access import Access, read_access
from sharing.keyed_ids import group_key, keyed_id, master_key, secret_from_environment
from sharing.release_folders import SHARES
from sharing.share import DATABASE as SHARE_DATABASE

DATABASE = "linked.duckdb"


def collect(home: Home, region: Region, contracts: Mapping[str, Contract], person: Person) -> dict[str, Any]:
    """The report as plain values: person, home, records, opt_outs, tiers, shares.

    Raises UserError where extracts are held that no contract describes: nobody can say whether the person is in them.
    """
    if departed := departed_data_sets(home, contracts):
        raise UserError(
            f"{len(departed)} data set(s) are held that no contract describes, so the report would not be whole",
            [f"{name}: bring its contract back, or remove what is held of it (docs/rights.md)" for name in departed],
        )
    with duck.connect(home.identity_db, read_only=True) as connection:
        report: dict[str, Any] = {
            "person_id": person.person_id,
            "household": _household(connection, person),
            "records": [
                item for name in person.records for item in _records(connection, home, contracts[name], person)
            ],
            "left_out_of": _left_out_of(connection, person),
        }
    as_of, tiers = _tiers(home, person)
    report |= {"as_of": as_of, "tiers": tiers, "shares": []}
    if as_of:
        access = read_access(region, contracts, as_of=as_of)
        report["shares"] = _shares(home, access, person)
    return report


def write_report(report: Mapping[str, Any], output: Path) -> None:
    """Write HTML or JSON, by the suffix, with mode 0600. Raises UserError for another suffix or a file that exists."""
    from rights.subject_page import page

    if output.suffix not in (".html", ".json"):
        raise UserError("The report is written as .html or .json", [f"name such a file instead of {output.name}"])
    if output.exists():
        raise UserError(f"{output.name} is there already", ["name a new file; a report is never written over another"])
    if output.suffix == ".json":
        write_json(output, report)
    else:
        write_atomically(output, page(report))


def _household(connection: Any, person: Person) -> dict[str, Any] | None:
    """The residence that linkage chose, and how many people share it."""
    found = connection.execute(
        """
        select household_id, uprn, postcode, ward_code, is_communal, valid_on, (
            select count(*) from linkage.households as other where other.household_id = own.household_id
        ) as people
        from linkage.households as own where person_id = ?
        """,
        [person.person_id],
    )
    return _one(found)


def _records(connection: Any, home: Home, contract: Contract, person: Person) -> list[dict[str, Any]]:
    """Each record as the partner sent it last, by the contract's column names, and why it is taken for the person's."""
    staged, raw = (
        f"{schema}.{duck.identifier(name)}"
        for schema, name in (("staging", f"stg_{contract.dataset}"), ("raw", contract.dataset))
    )
    found = connection.execute(
        f"""
        select persons.record_id, persons.match_reason, persons.match_probability, raw.*
        from linkage.persons as persons
        join {staged} as staged using (record_id)
        join {raw} as raw on staged.extract_date = raw.extract_date and staged.row_number = raw.row_number
        where persons.person_id = ? and persons.dataset = ?
        order by raw.extract_date, raw.row_number
        """,
        [person.person_id, contract.dataset],
    )
    receipts = read_receipts(home, contract.dataset)
    labels = {name: measure.label for name, measure in contract.measures.items()}
    told = []
    for row in _all(found):
        sent = {labels.get(column.name, column.name): row[column.name] for column in contract.columns}
        extract_date = str(row["extract_date"])
        receipt = receipts.get(extract_date)
        told.append(
            {
                "dataset": contract.dataset,
                "title": contract.title,
                "partner": contract.partner,
                "file": receipt.file_name if receipt else None,
                "extract_date": extract_date,
                "row_number": row["row_number"],
                "linked_because": row["match_reason"] or "the only record, or one that nothing else was linked to",
                "values": sent,
            }
        )
    return told


def _left_out_of(connection: Any, person: Person) -> list[str]:
    if not duck.has_table(connection, "rights", "opted_out"):
        return []
    found = connection.execute(
        "select dataset from rights.opted_out where person_id = ? order by dataset", [person.person_id]
    ).fetchall()
    return [dataset for (dataset,) in found]


def _tiers(home: Home, person: Person) -> tuple[str | None, list[dict[str, Any]]]:
    """The release's date, and each row-level tier's rows of the person or household by data set."""
    if not (home.current / DATABASE).exists():
        return None, []
    with duck.connect(home.current.resolve() / DATABASE, read_only=True, folder=home.warehouse_db.parent) as connection:
        (as_of,) = connection.execute("select as_of::varchar from about.release").fetchone()
        return as_of, _rows_by_tier(connection, {"person": person.person_id, "household": person.household_id})


def _shares(home: Home, access: Access, person: Person) -> list[dict[str, Any]]:
    """What each group's share holds of the person: looked up under the group's own ids, with the agreement."""
    told: list[dict[str, Any]] = []
    if access.policy is None:
        return told
    master = master_key(home, secret_from_environment())
    for group in access.governance.groups.values():
        path = home.current.resolve() / SHARES / group.id / SHARE_DATABASE
        if not path.exists():
            continue
        key, length = group_key(master, group.id), access.policy.id_length
        ids = {"person": person.person_id, "household": person.household_id}
        keyed = {kind: keyed_id(key, kind, value, length=length) for kind, value in ids.items() if value}
        agreements = {(item.dataset, item.tier): item.agreement for item in access.permitted(group.id)}
        with duck.connect(path, read_only=True, folder=home.warehouse_db.parent) as connection:
            for row in _rows_by_tier(connection, keyed):
                name = agreements.get((row["dataset"], row["tier"]))
                agreement = access.governance.agreements.get(name or "")
                told.append(
                    {"group": group.title, "organisation": group.organisation, **row, "agreement": name}
                    | ({"purpose": agreement.purpose, "lawful_basis": agreement.lawful_basis} if agreement else {})
                )
    return told


def _rows_by_tier(connection: Any, ids: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """tier, dataset, rows: of the tables of schema `tiers` that have rows of these ids."""
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'tiers' order by table_name"
    ).fetchall()
    told = []
    for (tier,) in tables:
        level = tier.split("_")[0]
        if ids.get(level):
            found = connection.execute(
                f"select dataset, count(*) as rows from tiers.{duck.identifier(tier)} where {level}_id = ? "
                "group by dataset order by dataset",
                [ids[level]],
            )
            told += [{"tier": tier, **row} for row in _all(found)]
    return told


def _all(found: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in found.description]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in found.fetchall()]


def _one(found: Any) -> dict[str, Any] | None:
    rows = _all(found)
    return rows[0] if rows else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
