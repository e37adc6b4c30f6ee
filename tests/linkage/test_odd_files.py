"""Files as analysts get them: encodings, delimiters, columns of one name, rows that do not fit."""

from pathlib import Path
from typing import Any

import pytest

from linkage.files.file_columns import Wanted, clashing_columns, columns_of, extra_columns
from linkage.files.file_hints import Hint, find_hints
from linkage.files.file_reader import ROW, read_raw, unlike_names
from linkage.files.standard_forms import standard_form
from settings.duck import connect, identifier

PEOPLE = 'id;first_name;notes\n1; Zoë ;"two\nlines"\n2;Bo;"a ""quoted"" word"\n'


def read(path: Path) -> tuple[Any, list[str], list[str]]:
    work, problems = connect(), []
    return work, read_raw(work, "raw_0", path.name, path, problems), problems


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ";"), ("utf-8-sig", ","), ("latin-1", "|"), ("utf-16", "\t")],
)
def test_encodings_delimiters_and_line_breaks_within_values_are_read(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(PEOPLE.replace(";", delimiter).encode(encoding))
    work, columns, problems = read(path)
    assert not problems and columns == ["id", "first_name", "notes"]
    rows = work.execute(f"from raw_0 order by {identifier(ROW)}").fetchall()
    assert rows == [("1", "Zoë", "two\nlines", 1), ("2", "Bo", 'a "quoted" word', 2)]


def test_rows_that_do_not_fit_the_header_are_told_without_a_value(tmp_path: Path) -> None:
    early, late = tmp_path / "early.csv", tmp_path / "late.csv"
    early.write_text("id,first_name,surname\n1,Ann,Lee\n2,Bo\n3,SECRET,x,y,z\n", encoding="utf-8")
    late.write_text("a,b\n" + "1,x\n" * 60_000 + "SECRET,2,3\n", encoding="utf-8")
    for path, told in ((early, "not as many fields"), (late, "line 60,002")):
        _, columns, problems = read(path)
        assert columns == [] and len(problems) == 1
        assert told in problems[0] and "SECRET" not in problems[0]


def test_columns_of_one_name_become_unlike_whatever_their_case_or_spaces() -> None:
    assert unlike_names(["Name", " name", "NAME_1", ROW]) == ["Name", "name_1", "NAME_1_1", f"{ROW}_1"]


def test_extras_are_compared_under_names_unlike_each_others() -> None:
    made = extra_columns(["soc sec", "soc_sec", "职业", "工作", "soc sec"])
    assert list(made) == ["soc sec", "soc_sec", "职业", "工作"]
    assert len(set(made.values())) == 4 and all(name.isidentifier() for name in made.values())


def test_a_column_that_is_linked_on_can_neither_judge_nor_count_twice() -> None:
    wanted = Wanted({"postcode": ("pc",)}, extras=("pc", "job"), truth="job")
    assert [problem.split(":")[0] for problem in clashing_columns(wanted)] == ["--extra pc", "--truth job"]


def test_unused_columns_that_look_like_a_role_are_told_with_the_map_to_add(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    head = "id,phone,mobile,forename1,area,firstAndSurname,town,given_name\n"
    rows = (f"{n},011349600{n},077009000{n},Ann,LS{n % 9} {n % 9}AB,Ann Lee,Leeds,Ann\n" for n in range(10, 60))
    path.write_text(head + "".join(rows), encoding="utf-8")
    work, header, _ = read(path)
    wanted = Wanted({})
    assert find_hints(work, {"people.csv": columns_of(header, wanted)}, wanted) == [
        Hint("people.csv", "given_name", ("forename1",), ("given_name", "forename1")),
        Hint("people.csv", "postcode", ("area",), ("area",)),
        Hint("people.csv", "phone", ("mobile",), ("phone", "mobile")),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("19610207", "1961-02-07"),
        ("07/02/1961", "1961-02-07"),
        ("7/2/1961 00:00", "1961-02-07"),
        ("1961-02-07T00:00:00+00", "1961-02-07"),
        ("19610207.0", "1961-02-07"),
        ("7 Feb 1961", "1961-02-07"),
        ("07/02/61", "None"),
        ("1961", "None"),
        ("00/00/1961", "None"),
    ],
)
def test_a_birth_date_is_read_whole_or_not_at_all(written: str, meant: str) -> None:
    query = f"select {standard_form('birth_date', repr(written))}"
    assert str(connect().execute(query).fetchone()[0]) == meant
