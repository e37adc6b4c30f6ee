"""How a tier's name and columns are to be read: level, detail, unit, counts. No table is read here."""

LEVELS = ("person", "household", "street", "postcode", "ward")  # finest first
DETAILS = ("known_to", "rag", "coded", "full")
TIERS = tuple(f"{level}_{detail}" for level in LEVELS for detail in DETAILS)  # all twenty
PLACE_LEVELS = ("street", "postcode", "ward")
UNIT_COLUMNS = {
    "person": ("person_id", "age_band", "sex", "ward_code"),
    "household": ("household_id", "ward_code", "members"),
    "street": ("usrn",),
    "postcode": ("postcode",),
    "ward": ("ward_code",),
}
STATUS_DETAILS = ("known_to", "rag")  # one row a unit and data set, at person and household level
SUPPRESSED = "below_threshold"
COMPLEMENTARY = "complementary"  # withheld for the sake of other counts; of any size


def level_and_detail(tier: str) -> tuple[str, str]:
    """`ward_known_to` -> (`ward`, `known_to`). Raises ValueError for a name that is no tier."""
    level, _, detail = tier.partition("_")
    if level not in LEVELS or detail not in DETAILS:
        raise ValueError(f"'{tier}' is no tier; a tier is <level>_<detail>")
    return level, detail


def told_rows(tier: str) -> str:
    """SQL of the rows that a share has of a tier: all but those that only say that a data set does not cover somebody.

    Where a data set covers everybody, the people whom it does not cover are those who objected.
    """
    level, detail = level_and_detail(tier)
    return "status <> 'not_covered'" if level not in PLACE_LEVELS and detail in STATUS_DETAILS else "true"


def count_columns(tier: str, columns: list[str]) -> list[str]:
    """The columns of a place tier that count people or values; none at person and household level."""
    if level_and_detail(tier)[0] not in PLACE_LEVELS:
        return []
    return [
        name
        for name in columns
        if (name == "people" or name.startswith("people_") or name == "value_count") and not name.endswith("_reason")
    ]


def reason_columns(columns: list[str]) -> list[str]:
    """The columns that say why a count is null."""
    return [name for name in columns if name.endswith("_reason")]
