"""What comparisons are made of: Splink's levels and the SQL of likeness. The facts compared are `comparisons.py`."""

from typing import Any

# Jaro-Winkler likeness of names. At 0.92 and above one letter is wrong in a name of usual length; under 0.8 two names
# have little in common. Splink's own name comparisons cut at the same places.
NEARLY_THE_SAME, SOMEWHAT_ALIKE = 0.92, 0.8


def level(sql: str, label: str, **options: Any) -> dict[str, Any]:
    """A level: the SQL of its condition, its name in charts, Splink's further options."""
    return {"sql_condition": sql, "label_for_charts": label, **options}


def comparison(name: str, *levels: dict[str, Any]) -> dict[str, Any]:
    """A comparison of these levels, and one of whatever else differs."""
    return {
        "output_column_name": name,
        "comparison_description": name,
        "comparison_levels": [*levels, level("ELSE", "differs")],
    }


def missing(sql: str) -> dict[str, Any]:
    """The level of pairs that say nothing, because a value is missing."""
    return level(sql, "missing", is_null_level=True)


def either_null(column: str) -> str:
    """SQL of a value that either record lacks."""
    return f"{column}_l is null or {column}_r is null"


def similar(column: str, score: float) -> str:
    """Jaro-Winkler likeness, asked only of names that begin or end alike: cheap to ask, and few others reach it."""
    name = column.split("_")[0]
    alike = f"({name}_start_l = {name}_start_r or {name}_end_l = {name}_end_r)"
    return f"{alike} and jaro_winkler_similarity({column}_l, {column}_r) >= {score}"


def one_slip(column: str) -> str:
    """One character more, less or other, or two transposed. A slip leaves one end whole: cheap to ask first."""
    ends = f"{column}_l[:4] = {column}_r[:4] or {column}_l[-4:] = {column}_r[-4:]"
    return f"({ends}) and damerau_levenshtein({column}_l, {column}_r) <= 1"


def any_equal(first: str, second: str) -> str:
    """Whether a value of the left record's two columns is one of the right record's; null equals nothing."""
    return " or ".join(f"{left}_l = {right}_r" for left in (first, second) for right in (first, second))
