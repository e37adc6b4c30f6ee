"""The standard form of each identity role as SQL text, for files that no contract describes.

The rules are staging's own: the macros of `dbt_project/macros/cleaning` are read from there, so that they stand in one
place. Only what staging never meets is added here: birth dates written in several ways, postcodes and phones of other
countries. How files are read is `link_files.py`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from settings.paths import REPOSITORY

MACROS = REPOSITORY / "dbt_project" / "macros" / "cleaning"
MACRO_FILES = ("placeholders", "steps", "clean_numbers", "clean_places", "clean_identity")  # each uses those before
NO_END = "date '9999-12-31'"  # a file says nothing about today, so no birth date is in the future
FIRST_YEAR = 1800  # an earlier one was written with two digits, which do not say the century
ISO_DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d")
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%b %d %Y", "%B %d %Y", "%B %d, %Y")


def standard_form(role: str, value: str, *, is_month_first: bool = False) -> str:
    """SQL of `value` (SQL of a text) in the standard form of `role`; null where it says nothing."""
    macros = _macros()
    if role == "birth_date":
        return macros["clean_birth_date"](date_sql(value, is_month_first=is_month_first))
    if role in ("given_name", "family_name"):
        return macros["clean_name"](value)
    form = macros[f"clean_{role}"](value)
    if role == "postcode":
        return f"coalesce({form}, {_foreign(value, 'A-Z0-9', 3)})"
    if role == "phone":
        return f"coalesce({form}, {_foreign(value, '0-9', 6)})"
    return form


def date_sql(value: str, *, is_month_first: bool = False) -> str:
    """SQL of the date that the text `value` writes; of 07/02/1961 the first part is the day unless said otherwise."""
    formats = ISO_DATES + (MONTH_FIRST + DAY_FIRST if is_month_first else DAY_FIRST + MONTH_FIRST)
    date = f"try_strptime({date_text(value)}, {list(formats)})"
    return f"case when year({date}) >= {FIRST_YEAR} then {date}::date end"


def date_text(value: str) -> str:
    """SQL of the text `value` without a time of day, and without the .0 of a number."""
    return f"trim(regexp_replace({value}, '(\\.0+|[T ][0-9]{{1,2}}:[0-9]{{2}}.*)$', ''))"


def text_form(value: str) -> str:
    """SQL of `value` as upper-case words without accents: how a column without a role is compared."""
    text = f"trim(regexp_replace(upper(strip_accents({value})), '[^A-Z0-9]+', ' ', 'g'))"
    return f"case when {text} not in ('', 'NULL', 'NAN', 'NONE', 'NA', 'N A', 'UNKNOWN') then {text} end"


def _foreign(value: str, kept: str, least: int) -> str:
    text = f"regexp_replace(upper({value}), '[^{kept}]', '', 'g')"
    only_one = f"replace({text}, left({text}, 1), '') = ''"
    return f"case when length({text}) >= {least} and not ({only_one}) and {text} not like 'ZZ99%' then {text} end"


@cache
def _macros() -> dict[str, Callable[[str], str]]:
    """The cleaning macros as functions of SQL text."""
    import jinja2

    class Returned(Exception):
        """What dbt's `return` gives back from a macro that is a list."""

    def give_back(value: Any) -> None:
        raise Returned(value)

    def as_function(macro: Any) -> Callable[..., Any]:
        def call(*arguments: str) -> Any:
            try:
                return str(macro(*arguments)).strip()
            except Returned as returned:
                return returned.args[0]

        return call

    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    known: dict[str, Any] = {"return": give_back, "as_of": lambda: NO_END}
    for name in MACRO_FILES:
        text = (MACROS / f"{name}.sql").read_text(encoding="utf-8")
        module = environment.from_string(text, globals=known).module
        known |= {macro: as_function(made) for macro, made in vars(module).items() if not macro.startswith("_")}
    return known
