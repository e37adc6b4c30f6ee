"""How a text is searched: cut into tokens and words by SQL, then joined to the values that are sought.

A name counts where given and family name stand next to each other, or with one word between; alone only where it is
all that a table's column says. Numbers count as whole tokens, or grouped as people write them; birth dates in the usual
ways of writing a whole date; addresses as their words one after the other.
"""

from typing import Any

TOKENS = r"[\pL\pN@+._''-]+"
GROUPED = (
    r"\b\d{3}[ -]\d{3}[ -]\d{4}\b",  # an NHS number
    r"(?:\+44|\b0)[\d ()-]{9,14}\d\b",  # a phone
    r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",  # a national insurance number
)
DATES = {
    r"\b\d{4}-\d{2}-\d{2}": "%Y-%m-%d",
    r"\b\d{1,2}/\d{1,2}/\d{4}\b": "%d/%m/%Y",
    r"\b\d{1,2}\.\d{1,2}\.\d{4}\b": "%d.%m.%Y",
    r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b": "%d %b %Y",
    r"\b\d{1,2} [A-Z][a-z]{3,8} \d{4}\b": "%d %B %Y",
}
LONGEST_ADDRESS = 12  # words
FIRST_WORDS = 3  # by which a text's place is found, before the whole address is compared


def letters(value: str) -> str:
    """SQL of the letters of a name, without what stands between them."""
    return f"regexp_replace(upper(strip_accents({value})), '[^A-Z]', '', 'g')"


def line(value: str) -> str:
    """SQL of a text as upper-case words with one space between. Apostrophes are left out."""
    plain = f"replace(replace(upper(strip_accents({value})), '''', ''), '’', '')"
    return f"trim(regexp_replace({plain}, '[^A-Z0-9]+', ' ', 'g'))"


def prepare(work: Any) -> None:
    """Cut the texts of `said` (place, is_whole, content) into the temporary tables `token` and `word`.

    Equal texts are cut and searched once; `stands` tells where each is.
    """
    work.execute(f"""
        create or replace temp table stands as
        select place, is_whole, content, dense_rank() over (order by is_whole, content) as text_no from said;
        create or replace temp table numbered as
        select text_no, any_value(is_whole) as is_whole, any_value(content) as content from stands group by text_no;
        alter table stands drop column content;
        create or replace temp table token as
        with tokens as (
            select distinct text_no, trim(unnest(regexp_extract_all(content, '{TOKENS}')), '.''-_') as token
            from numbered
        )
        from tokens
        union select text_no, unnest(regexp_extract_all(token, '[A-Za-z0-9+]+')) from tokens
        where regexp_matches(token, '[A-Za-z]{{2}}') and not contains(token, '@');
        create or replace temp table word as
        select text_no, unnest(words) as word, generate_subscripts(words, 1) as position
        from (select text_no, split({line("content")}, ' ') as words from numbered)""")


def matches() -> str:
    """SQL of (kind, value), for all places together."""
    return f"select kind, value from ({_candidates()})"


def find(work: Any) -> list[tuple[int, str, int]]:
    """(place, kind, different values) of what is sought and said."""
    prepare(work)
    found: list[tuple[int, str, int]] = work.execute(f"""
        select place, kind, count(distinct value)
        from ({_candidates()}) inner join sought using (kind, value) inner join stands using (text_no)
        group by place, kind order by place, kind""").fetchall()
    return found


def _candidates() -> str:
    """SQL of (text_no, kind, value): all that a text says, in the forms of `sought`."""
    grouped = " union all ".join(
        f"select text_no, unnest(regexp_extract_all(content, '{pattern}')) as said from numbered" for pattern in GROUPED
    )
    dates = " union all ".join(
        "select text_no, try_strptime(unnest(regexp_extract_all(content, "
        f"'{pattern}')), '{form}')::date::varchar as value from numbered"
        for pattern, form in DATES.items()
    )
    number = "regexp_replace(upper(said), '[^A-Z0-9]', '', 'g')"
    return f"""
        select text_no, unnest(['nhs_number', 'upn', 'nino', 'uprn', 'phone']) as kind, upper(token) as value from token
        where length(token) between 8 and 13
        union all select text_no, 'email', lower(token) from token where contains(token, '@')
        union all select text_no, unnest(['nhs_number', 'nino', 'phone']),
            regexp_replace({number}, '^(0044|44)', '0') from ({grouped})
        union all select text_no, 'birth_date', value from ({dates})
        union all select text_no, 'name', {line("content")} from numbered where is_whole
        union all select text_no, 'full_name', unnest([one || '|' || two, one || '|' || three,
            one || two || '|' || three, one || '|' || two || three, one || two || '|' || three || four])
        from ({_windows(4)})
        union all select text_no, 'address', sought.value from ({_windows(LONGEST_ADDRESS)}) as said
        inner join sought on sought.kind = 'address'
            and {_start("sought.value")} = one || ' ' || two || ' ' || three
            and starts_with(concat_ws(' ', {", ".join(WORDS)}, ''), sought.value || ' ')"""


WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _windows(words: int) -> str:
    """SQL of each word and those after it in its text."""
    after = ", ".join(f"lead(word, {step}) over following as {WORDS[step]}" for step in range(1, words))
    return f"""select text_no, word as one, {after} from word
        window following as (partition by text_no order by position)"""


def _start(value: str) -> str:
    return f"array_to_string(split({value}, ' ')[1:{FIRST_WORDS}], ' ')"
