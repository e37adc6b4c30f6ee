"""Place lookups come from published files, with our columns and types whatever the source offers."""

from pathlib import Path

import duckdb
import pytest
import yaml

from ingestion.geography import load_geography
from ingestion.geography_loaders import LOOKUPS
from settings.errors import RegionError
from settings.paths import Home, Region
from tests.shared_data import SHARED

CODE_POINT = SHARED / "geography" / "code_point_open_2025_11_gb.parquet"
POSTCODES = "postcode,ward_code,district_code,easting,northing\naa11aa,W1,D1,1,2\nAA1  1AB,W2,D2,3,4\n"


@pytest.fixture
def places(tmp_path: Path):
    region, home = Region(tmp_path / "region"), Home(tmp_path / "home")
    region.geography.mkdir(parents=True)
    home.landing.mkdir(parents=True)

    def write(document: dict, **texts: str) -> tuple[Region, Home]:
        (region.geography / "geography.yaml").write_text(yaml.safe_dump(document))
        for name, text in texts.items():
            (home.landing / f"{name}.csv").write_text(text)
        return region, home

    return write


def rows(home: Home, lookup: str) -> list[tuple]:
    return duckdb.sql(f"from '{home.geography / lookup}.parquet'").fetchall()


def schema(home: Home, lookup: str) -> dict[str, str]:
    described = duckdb.sql(f"describe from '{home.geography / lookup}.parquet'").fetchall()
    return {row[0]: row[1].lower() for row in described}


def test_lookups_without_a_source_are_empty_and_typed(places):
    region, home = places({})
    result = load_geography(region, home)
    assert result.rows == dict.fromkeys(LOOKUPS, 0)
    assert {lookup: schema(home, lookup) for lookup in LOOKUPS} == LOOKUPS


@pytest.mark.parametrize(
    "document, words",
    [
        (["postcode"], "is not a mapping"),
        ({"lookups": ["postcode"]}, "lookups and deprivation are mappings"),
        ({"lookups": {"postcode": "postcodes.csv"}}, "lookups: postcode: is not like"),
        ({"lookups": {"postcode": {"path": "postcodes.csv", "colums": {}}}}, "postcode: unknown key 'colums'"),
        ({"lookups": {"ward": {"path": "w.csv", "columns": {"name": "W"}}}}, "'name' is no column of ours"),
        ({"lookups": {"ward": {"path": "w.csv", "columns": {"ward_name": "NAME"}}}}, "column 'NAME' is missing"),
    ],
)
def test_a_slip_in_geography_yaml_is_told_in_words(places, document, words):
    region, home = places(document, postcodes=POSTCODES, w="ward_code,ward_name\nW1,Abbey\n")
    with pytest.raises(RegionError) as error:
        load_geography(region, home)
    assert any(words in problem for problem in error.value.problems)


def test_yaml_that_cannot_be_read_is_told_by_line(places):
    region, home = places({})
    (region.geography / "geography.yaml").write_text("lookups:\n  postcode: {path: a.csv\n")
    with pytest.raises(RegionError, match=r"line 3: is not valid YAML"):
        load_geography(region, home)


def test_plain_files_are_standardised_and_ordered(places):
    region, home = places(
        {
            "lookups": {
                "postcode": {"loader": "plain", "path": "postcodes.csv"},
                "uprn": {"path": "uprns.csv", "columns": {"uprn": "UPRN"}},
            }
        },
        postcodes=POSTCODES,
        uprns="UPRN,usrn,postcode,ward_code,is_communal\n0020,7,AA1 1AB,W2,true\n10,7,AA1 1AA,W1,\n",
    )
    assert load_geography(region, home).rows["postcode"] == 2
    assert rows(home, "postcode") == [("AA1 1AA", "W1", "D1", 1, 2), ("AA1 1AB", "W2", "D2", 3, 4)]
    assert rows(home, "uprn") == [("10", "7", "AA1 1AA", "W1", False), ("20", "7", "AA1 1AB", "W2", True)]


def test_unchanged_sources_are_skipped_and_changed_ones_are_not(places):
    document = {"lookups": {"postcode": {"path": "postcodes.csv"}}}
    region, home = places(document, postcodes=POSTCODES)
    assert not load_geography(region, home).skipped
    before = (home.geography / "postcode.parquet").stat().st_mtime_ns
    again = load_geography(region, home)
    assert again.skipped and again.rows["postcode"] == 2
    assert (home.geography / "postcode.parquet").stat().st_mtime_ns == before
    places(document, postcodes=POSTCODES + "AA1 1AC,W1,D1,5,6\n")
    assert load_geography(region, home).rows["postcode"] == 3


def test_a_lost_output_is_made_again(places):
    region, home = places({"lookups": {"postcode": {"path": "postcodes.csv"}}}, postcodes=POSTCODES)
    load_geography(region, home)
    (home.geography / "ward.parquet").unlink()
    assert not load_geography(region, home).skipped


def test_a_council_loads_only_its_districts(places):
    region, home = places(
        {"districts": ["D2"], "lookups": {"postcode": {"path": "postcodes.csv"}, "uprn": {"path": "uprns.csv"}}},
        postcodes=POSTCODES,
        uprns="uprn,ward_code\n1,W1\n2,W2\n3,\n",
    )
    assert load_geography(region, home).rows["postcode"] == 1
    assert [row[0] for row in rows(home, "uprn")] == ["2", "3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postcode,district_code\nAA1 1AA,D1\n", ["postcodes.csv", "column 'ward_code' is missing"]),
        (POSTCODES.replace(",1,2", ",east,2"), ["column 'easting': 1 value(s) are not integer"]),
        (POSTCODES + "AA1 1AA,W1,D1,1,2\n", ["column 'postcode': 1 row(s) repeat an earlier one"]),
        (POSTCODES + ",W1,D1,1,2\n", ["column 'postcode': 1 row(s) are empty"]),
        (POSTCODES + "AA1 1AC,W1\n", ["could not be read by the loader 'plain'"]),
    ],
)
def test_a_wrong_file_is_refused_by_file_column_and_remedy(places, text, words):
    region, home = places({"lookups": {"postcode": {"path": "postcodes.csv"}}}, postcodes=text)
    with pytest.raises(RegionError) as refusal:
        load_geography(region, home)
    for word in words:
        assert word in str(refusal.value)
    assert "AA1" not in str(refusal.value) and "east'" not in str(refusal.value).replace("easting'", "")


def test_every_problem_of_the_yaml_is_listed_at_once(places):
    region, home = places(
        {
            "postcodes": {},
            "lookups": {
                "postcode": {"loader": "plain", "path": "nowhere.csv"},
                "street": {"loader": "onspd", "path": "x"},
                "parish": {"path": "x"},
                "ward": {"loader": "plain"},
            },
        }
    )
    with pytest.raises(RegionError) as refusal:
        load_geography(region, home)
    assert len(refusal.value.problems) == 5


def test_os_open_uprn_says_that_it_has_no_postcode_and_takes_streets_from_the_links(places):
    region, home = places(
        {"lookups": {"uprn": {"loader": "os_open_uprn", "path": "uprns.csv", "links": "links.csv"}}},
        uprns="UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n5,1.0,2.0,52.1,0.2\n6,1.0,2.0,52.1,0.2\n",
        links="CORRELATION_ID,IDENTIFIER_1,IDENTIFIER_2\nx,5,77\n",
    )
    result = load_geography(region, home)
    assert any("no postcode" in note for note in result.notes)
    assert rows(home, "uprn") == [("5", "77", None, None, False), ("6", None, None, None, False)]


@pytest.mark.parametrize(
    "header", ["pcds,oslaua,osward,oseast1m,osnrth1m,doterm", "pcds,lad25cd,wd25cd,east1m,north1m,doterm"]
)
def test_onspd_of_either_naming_is_read_with_its_terminated_postcodes(places, header):
    region, home = places(
        {"lookups": {"postcode": {"loader": "onspd", "path": "onspd.csv"}}},
        onspd=f"{header}\nAA1 1AA,D1,W1,1,2,\nAA1 1AB,D1,W1,,,202401\n",
    )
    load_geography(region, home)
    assert rows(home, "postcode") == [("AA1 1AA", "W1", "D1", 1, 2), ("AA1 1AB", "W1", "D1", None, None)]


def test_code_point_as_shipped_is_a_folder_of_headerless_files(places):
    region, home = places({"lookups": {"postcode": {"loader": "code_point_open", "path": "codepo"}}})
    (home.landing / "codepo").mkdir()
    (home.landing / "codepo" / "aa.csv").write_text(
        '"AA1 1AA",10,500,600,"E92000001","","","","D1","W1"\n"AA11AB",90,0,0,"E92000001","","","","",""\n'
    )
    (home.landing / "codepo" / "b.csv").write_text('"B1  1AA",10,500,600,"E92000001","","","","D2",""\n')
    result = load_geography(region, home)
    assert rows(home, "postcode") == [("AA1 1AA", "W1", "D1", 500, 600), ("B1 1AA", None, "D2", 500, 600)]
    assert "1 postcodes at 0,0 with no ward left out" in result.notes[0]


@pytest.mark.real_data
def test_the_real_code_point_gives_postcodes_wards_names_and_deprivation(places):
    folder = SHARED / "geography"
    code_point = {
        "loader": "code_point_open",
        "path": str(CODE_POINT),
        "codelist": str(folder / "code_point_open_2025_11_codelist.csv"),
    }
    region, home = places(
        {
            "lookups": {"postcode": code_point, "ward": code_point, "district": code_point},
            "deprivation": {
                "ranks": str(folder / "imd2025_england_lsoa21.parquet"),
                "wards": str(folder / "lookup_lsoa21_ward24_ltla24.parquet"),
            },
        }
    )
    result = load_geography(region, home)
    assert result.rows == {"postcode": 1_745_849 - 836, "uprn": 0, "street": 0, "ward": 7_943, "district": 350}
    assert [note.split(": ")[1] for note in result.notes] == [
        "836 postcodes at 0,0 with no ward left out",
        "208 postcodes kept that have a position and no ward",
    ]
    unnamed, fifths = duckdb.sql(
        f"""select count(*) filter (ward_name is null), list(distinct deprivation_fifth order by deprivation_fifth)
        from '{home.geography}/ward.parquet'"""
    ).fetchone()
    assert unnamed == 0 and fifths[:5] == [1, 2, 3, 4, 5]
    assert load_geography(region, home).skipped
