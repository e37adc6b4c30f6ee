"""Comparisons of the Splink model, one function per fact about a person. Blocking and settings are `model.py`.

Each function takes the roles at hand and what was prepared, and returns Splink's settings of one comparison: its
levels, first the missing value, then from the strongest agreement to disagreement. Columns are those of `prepare.py`.
"""

from typing import Any

from linkage.prepare import Prepared

# A verified number that differs speaks strongly against a match, yet not beyond all doubt: a number can be typed for
# the wrong sibling. Shares of true pairs whose numbers agree; not learnt, because pairs that block on the number would
# teach that they always agree.
AGREEMENT_OF_VERIFIED_NUMBERS = {"nhs_number": 0.998, "upn": 0.99, "nino": 0.99}
NAMESAKE_EMAIL = 0.002  # people of one name often have addresses one digit apart: near is little evidence
SLIPS = 30  # numbers in use that one slip could turn a number into, at most


def _level(sql: str, label: str, **options: Any) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label, **options}


def _comparison(name: str, *levels: dict[str, Any]) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_description": name,
        "comparison_levels": [*levels, _level("ELSE", "differs")],
    }


def _missing(sql: str) -> dict[str, Any]:
    return _level(sql, "missing", is_null_level=True)


def _either_null(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _similar(column: str, score: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {score}"


def _one_slip(column: str) -> str:
    """One character more, less or other, or two transposed. A slip leaves one end whole: cheap to ask first."""
    ends = f"{column}_l[:4] = {column}_r[:4] or {column}_l[-4:] = {column}_r[-4:]"
    return f"({ends}) and damerau_levenshtein({column}_l, {column}_r) <= 1"


# Addresses are long and their likeness is dear to compute, so it is asked only where the beginning or the place agrees.
NEAR_ADDRESS = "address_l[:4] = address_r[:4] or postcode_outward_l = postcode_outward_r"
SWAPPED = "given_name_l = family_name_r and family_name_l = given_name_r"


def given_name(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Forenames as written, swapped with the family name, first forename, nickname, likeness, initial."""
    both_names = "family_name" in roles
    swapped = [_level(SWAPPED, "given and family name swapped")] if both_names else []
    return _comparison(
        "given_name",
        _missing(_either_null("given_name")),
        _level("given_name_l = given_name_r", "same", tf_adjustment_column="given_name", tf_minimum_u_value=0.0001),
        *swapped,
        _level(
            "given_first_l = given_first_r",
            "same first forename",
            tf_adjustment_column="given_first",
            tf_minimum_u_value=0.0001,
        ),
        _level("list_has_any(given_forms_l, given_forms_r)", "nickname"),
        _level(_similar("given_first", 0.92), "nearly the same"),
        _level(
            "given_first_l[1] = given_first_r[1] and (length(given_first_l) = 1 or length(given_first_r) = 1)",
            "initial",
        ),
        _level(_similar("given_first", 0.8), "somewhat alike"),
    )


def family_name(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Family names as written, a part of a double name, likeness. A swapped pair is judged by the given name."""
    missing = _either_null("family_name")
    if "given_name" in roles:
        missing += f" or ({SWAPPED})"  # the given name's level already speaks for both
    return _comparison(
        "family_name",
        _missing(missing),
        _level("family_name_l = family_name_r", "same", tf_adjustment_column="family_name", tf_minimum_u_value=0.00001),
        _level(
            "(contains(family_name_l, ' ') or contains(family_name_r, ' ')) "
            "and list_has_any(family_parts_l, family_parts_r)",
            "a part of a double name",
        ),
        _level(_similar("family_name", 0.92), "nearly the same"),
        _level(_similar("family_name", 0.82), "somewhat alike"),
    )


def birth_date(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Birth dates as given, day and month swapped, slips of a digit, and parts that agree."""
    return _comparison(
        "birth_date",
        _missing(_either_null("birth_date")),
        _level("birth_text_l = birth_text_r", "same", tf_adjustment_column="birth_text", tf_minimum_u_value=0.00001),
        _level("birth_text_l = birth_swapped_r", "day and month swapped"),
        _level(
            "hamming(birth_text_l, birth_text_r) <= 2 and damerau_levenshtein(birth_text_l, birth_text_r) <= 1",
            "one digit differs or two are transposed",
        ),
        _level("birth_text_l[:7] = birth_text_r[:7]", "same year and month"),
        _level("birth_text_l[6:] = birth_text_r[6:]", "same day and month"),
        _level("birth_year_l = birth_year_r", "same year"),
        _level("hamming(birth_text_l, birth_text_r) <= 2", "two digits differ"),
        _level("abs(birth_date_l - birth_date_r) <= 3653", "within ten years"),
    )


def parent_and_child(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """One name at one postcode, a generation apart, and no number that agrees.

    Training without labels cannot tell such a pair from one person with a wrong birth date; names and home, which make
    every other pair likely, are here what the two share. So the shares are set: 20 bits against, nothing otherwise.
    """
    numbers = [role for role in AGREEMENT_OF_VERIFIED_NUMBERS if role in roles]
    sql = " and ".join(
        [
            "given_first_l = given_first_r and family_name_l = family_name_r and postcode_l = postcode_r",
            "abs(year(birth_date_l) - year(birth_date_r)) between 14 and 60",
            "hamming(birth_text_l, birth_text_r) > 2",
            *(f"({role}_l is null or {role}_r is null or {role}_l <> {role}_r)" for role in numbers),
        ]
    )
    fixed = {"fix_m_probability": True, "fix_u_probability": True}
    comparison = _comparison(
        "parent_and_child",
        _missing(_either_null("birth_date")),
        _level(sql, "one name at one home, a generation apart", m_probability=5e-7, u_probability=0.5, **fixed),
    )
    comparison["comparison_levels"][-1] |= {"m_probability": 0.5, "u_probability": 0.5, **fixed}
    return comparison


def sex(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Sex, the same or not."""
    return _comparison("sex", _missing(_either_null("sex")), _level("sex_l = sex_r", "same"))


def residence(roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """UPRN, address and postcode are one fact told three ways, so one comparison: apart, they would count thrice."""
    levels, missing = [], []
    if "uprn" in roles:
        missing.append(f"({_either_null('uprn')})")
        levels.append(
            _level("uprn_l = uprn_r", "same property", tf_adjustment_column="uprn", tf_minimum_u_value=0.00001)
        )
    if "address" in roles:
        missing.append(f"({_either_null('address_key')})")
        levels.append(_level("address_key_l = address_key_r", "same address"))
        levels.append(_level(f"({NEAR_ADDRESS}) and {_similar('address', 0.9)}", "address nearly the same"))
    if "postcode" in roles:
        missing.append(f"({_either_null('postcode')})")
        levels += [
            _level(
                "postcode_l = postcode_r", "same postcode", tf_adjustment_column="postcode", tf_minimum_u_value=0.00001
            ),
            _level(
                "(postcode_outward_l = postcode_outward_r or postcode_inward_l = postcode_inward_r) "
                "and damerau_levenshtein(postcode_l, postcode_r) <= 1",
                "postcode one character apart",
            ),
            _level("postcode_sector_l = postcode_sector_r", "same postcode sector"),
            _level("postcode_outward_l = postcode_outward_r", "same postcode district"),
        ]
    return _comparison("residence", _missing(" and ".join(missing)), *levels)


def phone(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """Phone numbers as given or one slip apart."""
    return _comparison(
        "phone",
        _missing(_either_null("phone")),
        _level("phone_l = phone_r", "same", tf_adjustment_column="phone", tf_minimum_u_value=0.000001),
        _level(_one_slip("phone"), "one digit differs or two are transposed"),
    )


def email(_roles: set[str], _prepared: Prepared) -> dict[str, Any]:
    """E-mail addresses as given or one slip apart."""
    return _comparison(
        "email",
        _missing(_either_null("email")),
        _level("email_l = email_r", "same", tf_adjustment_column="email", tf_minimum_u_value=0.000001),
        _level(
            "email_l[:4] = email_r[:4] and damerau_levenshtein(email_l, email_r) <= 1",
            "one character differs or two are transposed",
            u_probability=NAMESAKE_EMAIL,
            fix_u_probability=True,
        ),
    )


def number(role: str, prepared: Prepared) -> dict[str, Any]:
    """A verified number with shares that are set, not learnt."""
    agree = AGREEMENT_OF_VERIFIED_NUMBERS[role]
    by_chance = 1 / max(prepared.distinct[role], 2)
    shares = [("same", f"{role}_l = {role}_r", agree, by_chance)]
    if role != "nhs_number":  # its check digit leaves no valid number one slip away from another
        shares.append(
            ("one character differs or two are transposed", _one_slip(role), (1 - agree) / 2, SLIPS * by_chance)
        )
    rest = {"m_probability": 1 - sum(m for *_, m, _ in shares), "u_probability": 1 - sum(u for *_, u in shares)}
    fixed = {"fix_m_probability": True, "fix_u_probability": True}
    levels = [_level(sql, label, m_probability=m, u_probability=u, **fixed) for label, sql, m, u in shares]
    comparison = _comparison(role, _missing(_either_null(role)), *levels)
    comparison["comparison_levels"][-1] |= rest | fixed
    return comparison
