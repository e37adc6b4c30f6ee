"""Facts of a small run for tests: two data sets, one tier."""

from datetime import UTC, datetime
from decimal import Decimal

from lineage.facts import Charge, Column, Cost, Result, RunFacts, Source, Step, Table, Verdict

RUN = RunFacts("mvld://fenshire", "nightly", "0b0c1f6e-7f1d-4d5c-9a3b-2f4f1c0b8a11", "2026-06-01")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TABLE = Table(
    "raw/gp_register",
    "General practice registrations.",
    ("team:icb",),
    (Column("nhs_number", "VARCHAR", None, "nhs_number"), Column("frailty", "DOUBLE", "Index, 0 to 1")),
)
EXTRACT = Table("landing/gp_register", "General practice", ("ICB",), (Column("NhsNumber", "string"),))
STEP = Step(RUN, TABLE, (EXTRACT,))
COST = Cost(
    Decimal("0.000123"),
    Decimal("0.000456"),
    (Charge("cpu", Decimal("1.5"), "CPU-second", Decimal("0.000012"), Decimal("0.000018")),),
)
VERDICTS = (
    Verdict("nhs_number_is_there", "expect_column_values_to_not_be_null", False, True, "nhs_number", 120, 3),
    Verdict("row_count", "custom", True),
)
RESULT = Result(
    STEP, 120, 4096, COST, False, {"nhs_number": (Source("landing/gp_register", "NhsNumber", "IDENTITY"),)}, VERDICTS
)
