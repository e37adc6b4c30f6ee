"""The schema `about` of a release and of a share: what the tables mean, as data. No row of a tier is written here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ingestion.contract import Contract
from settings.duck import identifier
from sharing.gate import Decision
from sharing.governance import Agreement
from sharing.tiers import COMPLEMENTARY, LEVELS, SUPPRESSED, level_and_detail, reason_columns

TABLES = """
create schema about;
create table about.release (version varchar, as_of varchar, fingerprint varchar, created_by varchar);
create table about.tier (tier varchar, level varchar, detail varchar, rows bigint, suppressed_cells bigint,
    complementary_cells bigint, counted_cells bigint, suppressed_share double);
create table about.dataset (dataset varchar, title varchar, description varchar, grain varchar, partner varchar,
    subject varchar, lead_service varchar, contract_version varchar, min_age integer, max_age integer,
    extract_date date, is_stale boolean);
create table about.measure (dataset varchar, measure varchar, label varchar, kind varchar, unit varchar);
create table about.code (dataset varchar, measure varchar, code varchar, label varchar);
create table about.place (level varchar, place_code varchar, place_name varchar, ward_code varchar);
create table about.access (user_group varchar, dataset varchar, tier varchar, level varchar, detail varchar,
    is_permitted boolean, agreement varchar, reason varchar, clause varchar, rung varchar);
create table about.agreement (agreement varchar, title varchar, discloser varchar, purpose varchar,
    lawful_basis varchar, valid_from date, valid_to date, minimum_k integer, minimum_l integer,
    date_precision varchar, wording varchar[])"""


def describe(
    connection: Any, contracts: Mapping[str, Contract], *, stale: Collection[str] = (), levels: Sequence[str] = LEVELS
) -> None:
    """Fill `about` from the contracts and from `linked.dataset` and `linked.place`. Counts of people stay behind.

    levels: whose places are named.
    """
    linked = tables_of(connection, "warehouse", "linked")
    datasets = [
        (
            item.dataset,
            item.title,
            item.description,
            item.grain,
            item.partner,
            item.subject,
            item.lead_service,
            item.version,
            item.coverage.min_age,
            item.coverage.max_age,
        )
        for item in contracts.values()
    ]
    measures = [
        (item.dataset, name, measure.label, measure.kind, measure.unit)
        for item in contracts.values()
        for name, measure in item.measures.items()
    ]
    codes = [
        (item.dataset, name, code, label)
        for item in contracts.values()
        for name, measure in item.measures.items()
        for code, label in measure.codes.items()
    ]
    insert(connection, "about.dataset", [(*line, None, None) for line in sorted(datasets)])
    insert(connection, "about.measure", sorted(measures, key=lambda line: line[:2]))
    insert(connection, "about.code", sorted(codes))
    if "dataset" in linked:
        connection.execute(
            """update about.dataset
            set extract_date = known.extract_date,
                is_stale = known.is_stale or list_contains(?::varchar[], known.dataset)
            from warehouse.linked.dataset as known where known.dataset = about.dataset.dataset""",
            [sorted(stale)],
        )
    if "place" in linked:
        connection.execute(
            """insert into about.place select level, place_code, place_name, ward_code from warehouse.linked.place
            where list_contains(?::varchar[], level) order by all""",
            [list(levels)],
        )


def insert(connection: Any, table: str, lines: Sequence[tuple[Any, ...]]) -> None:
    """Add `lines` to `table` in one statement."""
    if lines:
        line = f"({', '.join('?' * len(lines[0]))})"
        values = [value for item in lines for value in item]
        connection.execute(f"insert into {table} values {', '.join([line] * len(lines))}", values)


def tables_of(connection: Any, database: str, schema: str) -> list[str]:
    """Names of the tables in a schema of a database attached under that name."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ?", [database, schema]
    ).fetchall()
    return [row[0] for row in rows]


def columns_of(connection: Any, table: str) -> list[str]:
    """The table's columns, in order."""
    return [row[0] for row in connection.execute(f"describe {table}").fetchall()]


def describe_tier(connection: Any, tier: str) -> None:
    """Add the written table of `tier` to `about.tier`: its rows, and how many of its counts are withheld."""
    table = f"tiers.{identifier(tier)}"
    reasons = [identifier(name) for name in reason_columns(columns_of(connection, table))]
    small, complementary = (
        " + ".join(f"count(*) filter ({name} = '{reason}')" for name in reasons) or "0"
        for reason in (SUPPRESSED, COMPLEMENTARY)
    )
    level, detail = level_and_detail(tier)
    connection.execute(
        f"""insert into about.tier
        select ?, ?, ?, count(*), {small} + {complementary}, {complementary}, count(*) * {len(reasons)},
               ({small} + {complementary}) / nullif(count(*) * {len(reasons)}, 0) from {table}""",
        [tier, level, detail],
    )


def describe_access(connection: Any, decisions: Sequence[Decision], agreements: Mapping[str, Agreement]) -> None:
    """Fill `about.access` with the decisions, and `about.agreement` with the agreements that they name."""
    cells = [
        (
            item.group,
            item.dataset,
            item.tier,
            item.level,
            item.detail,
            item.is_permitted,
            item.agreement,
            item.reason,
            item.clause,
            item.rung,
        )
        for item in decisions
    ]
    insert(connection, "about.access", cells)
    named = sorted({item.agreement for item in decisions if item.agreement})
    terms = [
        (
            item.id,
            item.title,
            item.discloser,
            item.purpose,
            item.lawful_basis,
            item.valid_from,
            item.valid_to,
            item.conditions.minimum_k,
            item.conditions.minimum_l,
            item.conditions.date_precision,
            list(item.conditions.wording),
        )
        for item in (agreements[name] for name in named)
    ]
    insert(connection, "about.agreement", terms)
