"""Linking any files: what is read, what is refused, what is written. Through `mvld link`, as an analyst would."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.commands.link import link
from settings.duck import connect, quoted

PEOPLE = 300
BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8").format(people=PEOPLE)
CLINIC = """
    select
        record_id as "Ref No", given_name as "Christened", family_name as surname,
        strftime(birth_date, '%d/%m/%Y') as "Born",
        sex as gender, lower(replace(postcode, ' ', '')) as "Post Code", '+44' || phone[2:] as "Mobile",
        split_part(record_id, '-', 3) as person
    from records where dataset = 'gp'
"""
SCHOOL = """
    select
        record_id as "Ref No", lower(given_name) as first_name, family_name as surname,
        strftime(birth_date, '%Y%m%d')::bigint as dob, sex as gender, postcode, phone,
        split_part(record_id, '-', 3) as person
    from records where dataset = 'care'
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(link, [str(argument) for argument in arguments])


def write(path: Path, query: str) -> Path:
    work = connect()
    work.execute(f"create table records as {BACKGROUND}")
    options = "format csv, header" if path.suffix == ".csv" else "format parquet"
    work.execute(f"copy ({query}) to {quoted(path)} ({options})")
    work.close()
    return path


def found(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A CSV with its own names and forms, and a Parquet with others."""
    folder = tmp_path_factory.mktemp("files")
    return write(folder / "clinic.csv", CLINIC), write(folder / "school.parquet", SCHOOL)


MAPPED = ("--map", "given_name=Christened", "--map", "given_name=first_name", "--map", "birth_date=Born",
          "--map", "birth_date=dob", "--id", "Ref No")  # fmt: skip


def test_files_of_unlike_columns_are_linked_and_judged(files: tuple[Path, Path], tmp_path: Path) -> None:
    output, pairs = tmp_path / "out" / "persons.csv", tmp_path / "pairs.csv"
    result = run(*files, *MAPPED, "--truth", "person", "--output", output, "--pairs", pairs)
    assert result.exit_code == 0, result.output
    assert "found by their names" in result.output and "quality" in result.output
    persons = {row["record_id"]: row for row in found(output)}
    assert len(persons) == 2 * PEOPLE
    assert {row["file"] for row in persons.values()} == {"clinic.csv", "school.parquet"}
    together = sum(
        persons[f"background-gp-{n}"]["person_id"] == persons[f"background-care-{n}"]["person_id"]
        for n in range(PEOPLE)
    )
    assert together > 0.97 * PEOPLE
    assert len({row["person_id"] for row in persons.values()}) >= PEOPLE - 3
    row = found(pairs)[0]
    assert row["file_l"] == "clinic.csv" and row["record_id_r"] in persons and "given_name" in row["match_reason"]


def test_link_only_puts_no_two_records_of_a_file_together(files: tuple[Path, Path], tmp_path: Path) -> None:
    clinic, school = files
    work = connect()
    twice = tmp_path / "clinic_twice.csv"
    work.execute(f"""
        copy (
            from read_csv({quoted(clinic)}, all_varchar = true) union all
            select * replace ("Ref No" || ' again' as "Ref No") from read_csv({quoted(clinic)}, all_varchar = true)
        ) to {quoted(twice)} (format csv, header)
    """)
    output = tmp_path / "persons.csv"
    result = run(twice, school, *MAPPED, "--link-only", "--output", output)
    assert result.exit_code == 0, result.output
    rows = found(output)
    assert len({(row["person_id"], row["file"]) for row in rows}) == len(rows) == 3 * PEOPLE
    linked = len(rows) - len({row["person_id"] for row in rows})
    assert linked > 0.95 * PEOPLE


def test_every_problem_of_the_command_is_told_at_once(files: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"not parquet")
    result = run(tmp_path / "absent.csv", broken, files[0], "--map", "name=x", "--output", tmp_path / "o.parquet")
    assert result.exit_code != 0
    told = str(result.exception)
    assert "absent.csv" in told and "no role 'name'" in told
    result = run(tmp_path / "absent.csv", broken, files[0], "--output", tmp_path / "o.parquet")
    told = str(result.exception)
    assert "absent.csv: there is no such file" in told and "broken.parquet: cannot be read" in told
    result = run(files[0], "--map", "sex=Missing", "--extra", "Nowhere", "--output", tmp_path / "o.parquet")
    assert "no column 'Missing'" in str(result.exception) and "no column 'Nowhere'" in str(result.exception)
    assert not (tmp_path / "o.parquet").exists()


def test_an_id_that_repeats_is_refused_without_its_value(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,first_name,surname\nSECRET1,Ann,Lee\nSECRET1,Bea,Lee\n", encoding="utf-8")
    result = run(path, "--output", tmp_path / "o.parquet")
    assert "'id' is not unique, 1 row(s)" in str(result.exception)
    assert "SECRET" not in str(result.exception)


def test_a_file_too_small_to_train_on_is_linked_by_row_number(tmp_path: Path) -> None:
    path, output = tmp_path / "people.csv", tmp_path / "persons.csv"
    path.write_text("first_name,surname,dob\nAnn,Lee,1980-05-06\n", encoding="utf-8")
    result = run(path, "--output", output)
    assert result.exit_code == 0, result.output
    assert found(output) == [{"record_id": "1", "file": "people.csv", "person_id": "1"}]


def test_three_files_are_linked_between_each_other_alone_even_through_a_third(tmp_path: Path) -> None:
    """Each file holds every person twice, which linking between files may not find, nor is it to be blamed for."""
    paths = []
    for name, dataset in (("a", "gp"), ("b", "care"), ("c", "gp")):
        told = f"""
            select given_name, family_name, birth_date, sex, postcode, phone,
                if(split_part(record_id, '-', 3)::integer % 5 = 0, null, split_part(record_id, '-', 3)) as person
            from records where dataset = '{dataset}'
        """
        paths.append(write(tmp_path / f"{name}.csv", f"from ({told}) union all from ({told})"))
    output, pairs = tmp_path / "persons.csv", tmp_path / "pairs.csv"
    result = run(*paths, "--link-only", "--truth", "person", "--output", output, "--pairs", pairs)
    assert result.exit_code == 0, result.output
    rows = found(output)
    assert len({(row["person_id"], row["file"]) for row in rows}) == len(rows) == 6 * PEOPLE
    assert rows == sorted(rows, key=lambda row: (int(row["person_id"]), row["file"]))
    assert all(row["file_l"] != row["file_r"] for row in found(pairs))
    told = next(line for line in result.output.splitlines() if line.startswith("pairs of 2 files"))
    precision, recall = (float(word) for word in told.split()[4:6])
    assert precision > 0.97 and 0.45 < recall <= 0.5  # of the four pairs of two files, two can be found


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("people.csv", "would be overwritten"),
        ("people.xlsx", "its name ends in none of"),
        ("people.csv/o.csv", "cannot be written"),
        ("folder.csv", "is a directory"),
    ],
)
def test_a_result_that_cannot_be_written_is_refused_before_the_work(output: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("first_name,surname\nAnn,Lee\n", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    result = run(path, "--output", tmp_path / output)
    assert told in f"{result.exception} {result.output}"
    assert path.read_text(encoding="utf-8").endswith("Ann,Lee\n")


@pytest.mark.parametrize("rows", ["", "1,,,\n2,,,\n3,,,\n"])
def test_files_that_say_nothing_give_as_many_persons_as_records(rows: str, tmp_path: Path) -> None:
    path, output = tmp_path / "people.csv", tmp_path / "persons.csv"
    path.write_text(f"id,first_name,surname,dob\n{rows}", encoding="utf-8")
    result = run(path, "--output", output)
    assert result.exit_code == 0, result.output
    assert "few to learn from" in result.output
    assert len({row["person_id"] for row in found(output)}) == rows.count("\n")
