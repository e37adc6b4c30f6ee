"""What a contract says, as plain facts that the rest of the product reads.

Only the facts belong here. Reading and judging the YAML is `contract_reader.py`; using the facts on a file is
`extract_reader.py`. `docs/contracts.md` describes every property for the person who writes a contract.
"""

from dataclasses import dataclass, field
from typing import Any

IDENTITY_ROLES = (
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "postcode",
    "address",
    "uprn",
    "nhs_number",
    "upn",
    "nino",
    "phone",
    "email",
)
PERIOD_ROLES = ("valid_from", "valid_to", "event_date")
SUBJECTS = ("person", "premises", "ward")  # what a record is about: finest level first
LOGICAL_TYPES = ("string", "integer", "number", "boolean", "date", "timestamp")
MEASURE_KINDS = ("code", "number", "flag", "date")
FORMATS = ("csv", "jsonl", "xlsx", "parquet")
DELIVERIES = ("snapshot", "delta")


@dataclass(frozen=True)
class Measure:
    """A column that is shared content, not identity."""

    kind: str  # code | number | flag | date
    label: str
    unit: str | None = None
    codes: dict[str, str] = field(default_factory=dict)  # code -> label
    bands: tuple[float, ...] = ()  # lower bounds by which a number becomes a code at the coded detail
    counts_people: bool = False  # ward subjects: the number is already a count of people


@dataclass(frozen=True)
class Column:
    """One column: its name in the product, its header in the partner's file, its type and its roles."""

    name: str
    header: str
    logical_type: str
    required: bool = False
    unique: bool = False
    key: bool = False  # part of the record's key
    identity: str | None = None  # one of IDENTITY_ROLES
    period: str | None = None  # one of PERIOD_ROLES
    place: str | None = None  # ward subjects: "ward_code"
    measure: Measure | None = None
    pattern: str | None = None  # RE2, whole value
    minimum: str | None = None  # as written: a number or an ISO date
    maximum: str | None = None
    max_length: int | None = None
    date_format: str | None = None  # strptime, overrides the delivery's
    allowed: tuple[str, ...] = ()  # a closed list: another value rejects the row
    description: str = ""
    classification: str | None = None


@dataclass(frozen=True)
class DeliveryFormat:
    """How the partner's file is written. Everything is stated; nothing is detected."""

    pattern: str  # path below the landing folder, with {date} once, e.g. "county/asc_{date}.csv"
    kind: str  # csv | jsonl | xlsx | parquet
    date_in_name: str = "%Y-%m-%d"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"  # Python codec name; utf-8-sig says that the mark is expected
    compression: str | None = None  # None | gzip
    header_rows: int = 1  # 0: columns by position, in the contract's order
    preamble_rows: int = 0  # lines above the header
    instruction_rows: int = 0  # lines below the header that are not data
    footer_rows: int = 0  # lines at the end that are not data
    footer_pattern: str | None = None  # RE2 that each footer line must match
    sheet: str | None = None
    decimal: str = "."
    thousands: str | None = None
    date_format: str = "%Y-%m-%d"
    timestamp_format: str = "%Y-%m-%d %H:%M:%S"
    true_values: tuple[str, ...] = ("Y", "Yes", "true", "1")
    false_values: tuple[str, ...] = ("N", "No", "false", "0")
    null_values: tuple[str, ...] = ("",)
    extra_columns: str = "refuse"  # refuse | ignore: columns that the contract does not name


@dataclass(frozen=True)
class Coverage:
    """Whom the data set could know. A person outside it is `not_covered`, never `none`."""

    districts: tuple[str, ...] = ()  # district codes; empty: the whole region
    min_age: int | None = None
    max_age: int | None = None  # inclusive
    valid_from: str | None = None  # ISO dates
    valid_to: str | None = None


@dataclass(frozen=True)
class QualityRule:
    """One check beyond schema and type, run by Great Expectations."""

    name: str
    expectation: str  # e.g. expect_column_values_to_be_between
    arguments: dict[str, Any]
    severity: str = "warning"  # blocking | warning
    dimension: str | None = None


@dataclass(frozen=True)
class Contract:
    """One data set as its partner delivers it."""

    dataset: str
    version: str
    title: str
    description: str
    grain: str
    partner: str
    organisation_type: str
    owner: str
    subject: str  # person | premises | ward
    delivery: str  # snapshot | delta
    format: DeliveryFormat
    columns: tuple[Column, ...]
    lead_service: str
    deletion_column: str | None = None  # delta: column that flags a deletion ...
    deletion_value: str | None = None  # ... when it holds this value (as text in the file)
    rag_red: tuple[str, ...] = ()  # SQL conditions over the column names, any of them
    rag_amber: tuple[str, ...] = ()
    coverage: Coverage = Coverage()
    rejected_share_tolerance: float = 0.0  # share of rows, 0 to 1
    row_count_fall_tolerance: float = 0.5  # share by which rows may fall against the last good snapshot
    quality: tuple[QualityRule, ...] = ()
    classification: str | None = None
    classification_by_detail: dict[str, str] = field(default_factory=dict)
    frequency_days: float | None = None
    latency_days: float | None = None
    retention_days: float | None = None
    integration_days: float = 0.0  # person-days, once
    governance_days: float = 0.0  # person-days per tier granted
    digest: str = ""  # sha256 of the file

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    @property
    def identity(self) -> dict[str, str]:
        """Identity role -> column name."""
        return {column.identity: column.name for column in self.columns if column.identity}

    @property
    def period(self) -> dict[str, str]:
        """Period role -> column name."""
        return {column.period: column.name for column in self.columns if column.period}

    @property
    def measures(self) -> dict[str, Measure]:
        """Column name -> measure."""
        return {column.name: column.measure for column in self.columns if column.measure}

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
