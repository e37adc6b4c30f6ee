"""How the report says things: pounds, shares, names of tiers, lists. No table is read here."""

from collections.abc import Iterable
from math import floor, log10

from sharing.tiers import level_and_detail

LEVEL_NAMES = {
    "person": "Person",
    "household": "Household",
    "street": "Street",
    "postcode": "Postcode",
    "ward": "Ward",
}
LEVEL_MEANS = {
    "person": "a row for each person, under a code instead of a name",
    "household": "a row for each household",
    "street": "counts of people in each street",
    "postcode": "counts of people in each postcode",
    "ward": "counts of people in each ward",
}
DETAIL_NAMES = {"known_to": "Known to", "rag": "Red-amber-green", "coded": "Coded", "full": "Full"}
DETAIL_MEANS = {
    "known_to": "which services know of them, now or in the past",
    "rag": "how pressing things are: red, amber or green",
    "coded": "each fact as a code, a band or a yes or no",
    "full": "every shared fact; of places, its mean and spread",
}
SIGNIFICANT = 3  # figures of a rounded amount: no estimate here is known to more
MINUS = "−\u2060"  # a minus that stays on the line of its amount


def pounds(amount: float | None) -> str:
    """An amount rounded as it deserves: £12,700, £1.25m, £5, £0.04. A dash where there is none."""
    if amount is None:
        return "–"
    value = abs(float(amount))
    sign = MINUS if amount < 0 and value >= 0.005 else ""
    if value < 0.005:
        return "£0" if value == 0 else "under 1p"
    if value < 1:
        return f"{sign}£{value:.2f}"
    rounded = _rounded(value)
    if rounded >= 1_000_000_000:
        return f"{sign}£{rounded / 1_000_000_000:.3g}bn"
    if rounded >= 1_000_000:
        return f"{sign}£{rounded / 1_000_000:.3g}m"
    return f"{sign}£{rounded:,.0f}"


def short_pounds(amount: float) -> str:
    """An amount on an axis: £200k, −£1.5m, £50."""
    sign, value = (MINUS if amount < 0 else ""), abs(amount)
    for size, letter in ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")):
        if value >= size:
            return f"{sign}£{value / size:,.4g}{letter}"
    return f"{sign}£{value:,.4g}"


def exact_pounds(amount: float) -> str:
    """A price as it is given, without rounding: £70, £0.00001."""
    return f"£{amount:,.0f}" if float(amount) == int(amount) else "£" + f"{amount:,.6f}".rstrip("0")


def pounds_range(low: float | None, high: float | None) -> str:
    """`£7,100 to £17,900`; a dash where there is no interval."""
    if low is None or high is None:
        return "–"
    return f"{pounds(low)} to {pounds(high)}"


def percent(share: float | None) -> str:
    """`12%`; below one per cent to a tenth. A dash where there is none."""
    if share is None:
        return "–"
    return f"{share:.1%}" if 0 < abs(share) < 0.01 else f"{share:.0%}"


def count(number: float | None) -> str:
    """`1,204`; a dash where there is none."""
    return "–" if number is None else f"{number:,.0f}"


def tier_name(tier: str | None) -> str:
    """`person_rag` -> `Person, red-amber-green`."""
    if not tier:
        return "–"
    level, detail = level_and_detail(tier)
    return f"{LEVEL_NAMES[level]}, {DETAIL_NAMES[detail].lower()}"


def spoken(tier: str) -> str:
    """A tier within a sentence: `“person, red-amber-green”`."""
    return f"“{lower(tier_name(tier))}”"


def lower(title: str) -> str:
    """A title within a sentence: `Falls prevention` -> `falls prevention`, but `GP register` as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def and_list(items: Iterable[str]) -> str:
    """`a, b and c`; `none` for nothing."""
    names = list(items)
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 step`, `3 steps`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _rounded(value: float) -> float:
    digits = SIGNIFICANT - 1 - floor(log10(value))
    return round(value, digits)
