"""Comparisons of the Splink model, one function per fact about a person. Blocking and settings are `model.py`.

Each function takes the roles at hand and what was prepared, and returns Splink's settings of one comparison: its
levels, first the missing value, then from the strongest agreement to disagreement. Columns are those of `prepare.py`.
"""

from typing import Any

from linkage.comparison_parts import (
    NEARLY_THE_SAME,
    SOMEWHAT_ALIKE,
    any_equal,
    comparison,
    either_null,
    level,
    missing,
    one_slip,
    similar,
)
from linkage.prepare import Prepared

# A verified number that differs speaks strongly against a match, yet not beyond all doubt: a number can be typed for
# the wrong sibling. Shares of true pairs whose numbers agree; not learnt, because pairs that block on the number would
# teach that they always agree.
AGREEMENT_OF_VERIFIED_NUMBERS = {"nhs_number": 0.998, "upn": 0.99, "nino": 0.99}
NAMESAKE_EMAIL = 0.002  # people of one name often have addresses one digit apart: near is little evidence
WRONG_NUMBERS = 0.02  # share of records that hold somebody else's value of a column that is as good as a number
NARROW = {"upn": "upn_digits"}  # without its check letter it has twelve characters (`prepare.py` says why that matters)
SLIPS = 30  # numbers in use that one slip could turn a number into, at most
LEAST_FREQUENCY = 0.00001  # a value seen in fewer records than this says no more for being rarer: it may be a slip
LEAST_FREQUENCY_OF_FORENAMES = 0.0001


# Both names alike crosswise: a name is often typed wrong where it is typed into the wrong column.
SWAPPED = (
    "given_start_l = family_start_r and family_start_l = given_start_r "
    f"and jaro_winkler_similarity(given_first_l, family_name_r) >= {SOMEWHAT_ALIKE} "
    f"and jaro_winkler_similarity(family_name_l, given_first_r) >= {SOMEWHAT_ALIKE}"
)


def given_name(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Forenames as written, swapped with the family name, first forename, nickname, likeness, initial."""
    swapped = [level(SWAPPED, "given and family name swapped")] if "family_name" in roles else []
    least = LEAST_FREQUENCY_OF_FORENAMES
    return comparison(
        "given_name",
        missing(either_null("given_first")),
        # the column of the frequencies is the column compared: Splink takes the level's own chance agreement from it
        level("given_code_l = given_code_r", "same", tf_adjustment_column="given_code", tf_minimum_u_value=least),
        level(
            "given_first_l = given_first_r",
            "same first forename",
            tf_adjustment_column="given_first",
            tf_minimum_u_value=least,
        ),
        *swapped,
        level(any_equal("given_formal_code", "given_other_code"), "nickname"),
        level(similar("given_first", NEARLY_THE_SAME), "nearly the same"),
        level(
            "given_start_l = given_start_r and (length(given_first_l) = 1 or length(given_first_r) = 1)",
            "initial",
        ),
        level(similar("given_first", SOMEWHAT_ALIKE), "somewhat alike"),
    )


def family_name(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Family names as written, a part of a double name, likeness. A swapped pair is judged by the given name."""
    lacking = either_null("family_name")
    if "given_name" in roles:
        lacking += f" or ({SWAPPED})"  # the given name's level already speaks for both
    return comparison(
        "family_name",
        missing(lacking),
        level(
            "family_name_l = family_name_r",
            "same",
            tf_adjustment_column="family_name",
            tf_minimum_u_value=LEAST_FREQUENCY,
        ),
        level(any_equal("family_head", "family_tail"), "a part of a double name"),
        level(similar("family_name", NEARLY_THE_SAME), "nearly the same"),
        level(similar("family_name", SOMEWHAT_ALIKE), "somewhat alike"),
    )


YEAR, MONTH, DAY = (f"birth_{part}_l = birth_{part}_r" for part in ("year", "month", "day"))


def birth_date(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Birth dates as given, day and month swapped, slips of a digit, and parts that agree.

    A slip of one digit leaves two of year, month and day whole: cheap to ask first.
    """
    two_parts = f"({YEAR} and ({MONTH} or {DAY}) or {MONTH} and {DAY})"
    return comparison(
        "birth_date",
        missing(either_null("birth_text")),
        level(
            "birth_text_l = birth_text_r",
            "same",
            tf_adjustment_column="birth_text",
            tf_minimum_u_value=LEAST_FREQUENCY,
        ),
        level(f"{YEAR} and birth_month_l = birth_day_r and birth_day_l = birth_month_r", "day and month swapped"),
        level(
            f"{two_parts} and damerau_levenshtein(birth_text_l, birth_text_r) <= 1",
            "one digit differs or two are transposed",
        ),
        level(f"{YEAR} and {MONTH}", "same year and month"),
        level(f"{MONTH} and {DAY}", "same day and month"),
        level(YEAR, "same year"),
        level("hamming(birth_text_l, birth_text_r) <= 2", "two digits differ"),
        level("abs(birth_year_l - birth_year_r) <= 10", "within ten years"),
    )


def parent_and_child(roles: set[str], prepared: Prepared) -> dict[str, Any]:
    """One name at one postcode, a generation apart, and no number that agrees, nor a column that is as good as one.

    Training without labels cannot tell such a pair from one person with a wrong birth date; names and home, which make
    every other pair likely, are here what the two share. So the shares are set: 20 bits against, nothing otherwise.
    """
    numbers = [NARROW.get(role, role) for role in AGREEMENT_OF_VERIFIED_NUMBERS if role in roles]
    numbers += prepared.identifying
    sql = " and ".join(
        [
            "given_first_l = given_first_r and family_name_l = family_name_r and postcode_l = postcode_r",
            "abs(birth_year_l - birth_year_r) between 14 and 60",
            "hamming(birth_text_l, birth_text_r) > 2",
            *(f"({number}_l is null or {number}_r is null or {number}_l <> {number}_r)" for number in numbers),
        ]
    )
    fixed = {"fix_m_probability": True, "fix_u_probability": True}
    made = comparison(
        "parent_and_child",
        missing(either_null("birth_text")),
        level(sql, "one name at one home, a generation apart", m_probability=5e-7, u_probability=0.5, **fixed),
    )
    made["comparison_levels"][-1] |= {"m_probability": 0.5, "u_probability": 0.5, **fixed}
    return made


def sex(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Sex, the same or not."""
    return comparison("sex", missing(either_null("sex")), level("sex_l = sex_r", "same"))


def residence(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """UPRN, address and postcode are one fact told three ways, so one comparison: apart, they would count thrice."""
    levels, lacking = [], []
    if "uprn" in roles:
        lacking.append(f"({either_null('uprn_code')})")
        levels.append(level("uprn_code_l = uprn_code_r", "same property"))
    if "address" in roles:
        lacking.append(f"({either_null('address_code')})")
        levels.append(level("address_code_l = address_code_r", "same address"))
        levels.append(level("address_head_l = address_head_r", "address begins the same"))
        levels.append(
            level(
                f"jaro_winkler_similarity(address_head_l, address_head_r) >= {NEARLY_THE_SAME}",
                "address begins nearly the same",
            )
        )
    if "postcode" in roles:
        lacking.append(f"({either_null('postcode')})")
        levels += [
            level(
                "postcode_l = postcode_r",
                "same postcode",
                tf_adjustment_column="postcode",
                tf_minimum_u_value=LEAST_FREQUENCY,
            ),
            level(
                "(outward_code_l = outward_code_r or postcode_l[1] = postcode_r[1] or inward_code_l = inward_code_r) "
                "and damerau_levenshtein(postcode_l, postcode_r) <= 1",
                "postcode one character apart",
            ),
            level("sector_code_l = sector_code_r", "same postcode sector"),
            level("outward_code_l = outward_code_r", "same postcode district"),
        ]
    return comparison("residence", missing(" and ".join(lacking)), *levels)


def phone(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Phone numbers as given or one slip apart."""
    return comparison(
        "phone",
        missing(either_null("phone")),
        level("phone_l = phone_r", "same"),
        level(one_slip("phone"), "one digit differs or two are transposed"),
    )


def email(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """E-mail addresses as given or one slip apart."""
    return comparison(
        "email",
        missing(either_null("email")),
        level("email_l = email_r", "same"),
        level(
            "email_l[:4] = email_r[:4] and damerau_levenshtein(email_l, email_r) <= 1",
            "one character differs or two are transposed",
            u_probability=NAMESAKE_EMAIL,
            fix_u_probability=True,
        ),
    )


def number(role: str, prepared: Prepared) -> dict[str, Any]:
    """A verified number with shares that are set, not learnt."""
    agree, column = AGREEMENT_OF_VERIFIED_NUMBERS[role], NARROW.get(role, role)
    by_chance = 1 / max(prepared.distinct[role], 2)
    shares = [("same", f"{column}_l = {column}_r", agree, by_chance)]
    if role != "nhs_number":  # its check digit leaves no valid number one slip away from another
        shares.append(
            ("one character differs or two are transposed", one_slip(column), (1 - agree) / 2, SLIPS * by_chance)
        )
    rest = {"m_probability": 1 - sum(m for *_, m, _ in shares), "u_probability": 1 - sum(u for *_, u in shares)}
    fixed = {"fix_m_probability": True, "fix_u_probability": True}
    levels = [level(sql, label, m_probability=m, u_probability=u, **fixed) for label, sql, m, u in shares]
    made = comparison(role, missing(either_null(column)), *levels)
    made["comparison_levels"][-1] |= rest | fixed
    return made


def extra(column: str, prepared: Prepared) -> dict[str, Any]:
    """A further column of no role: as written (rare values weigh more), one slip, likeness.

    Where the values are as good as numbers, two people share one only if one of them was given the other's.
    """
    both = f"{column}_l, {column}_r"
    if column in prepared.identifying:
        by_chance = WRONG_NUMBERS / prepared.distinct[column]
        same: dict[str, Any] = {"u_probability": by_chance, "fix_u_probability": True}
    else:
        same = {"tf_adjustment_column": column, "tf_minimum_u_value": LEAST_FREQUENCY}
    return comparison(
        column,
        missing(either_null(column)),
        level(f"{column}_l = {column}_r", "same", **same),
        level(f"damerau_levenshtein({both}) <= 1", "one character differs or two are transposed"),
        level(f"jaro_winkler_similarity({both}) >= {NEARLY_THE_SAME}", "nearly the same"),
        level(f"jaro_winkler_similarity({both}) >= {SOMEWHAT_ALIKE}", "somewhat alike"),
    )
