"""The board's report: pages that stand alone, are read by everybody, and say what the tables say."""

import csv
import re
from dataclasses import fields
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from tests.valuation import report_tables
from valuation import worth_tables
from valuation.blueprint import rows as blueprint_rows
from valuation.report import words
from valuation.report.downloads import FOLDER
from valuation.report.site import write_site

VOID = {"meta", "link", "br", "img", "input", "hr", "line", "rect", "circle", "path", "polyline", "polygon"}


class Outline(HTMLParser):
    """What a page is made of: tags in order, links, ids, headings; refuses tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.links += [found[name] or "" for name in ("href", "src") if name in found]
        self.ids += [found["id"] or ""] if "id" in found else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open and self.open.pop() == tag, tag


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "board"
    write_site(report_tables.facts(), folder)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html"))}


def test_the_made_up_tables_have_no_column_that_the_real_ones_lack():
    real = worth_tables.TABLES | blueprint_rows.TABLES
    for name, kind in real.items():
        known = {item.name for item in fields(kind)}
        assert all(set(row) <= known for row in report_tables.tables()[name]), name


def test_every_page_closes_its_tags_and_has_one_main_heading_with_no_level_left_out(pages: dict[str, str]):
    assert {"index.html", "action-prevention.html", "action-outreach.html", "blueprint.html"} <= set(pages)
    for name, html in pages.items():
        headings = Outline(html).headings
        assert headings.count(1) == 1, name
        assert headings[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(headings)), name


def test_no_page_needs_the_network_or_a_script(pages: dict[str, str]):
    for name, html in pages.items():
        assert not re.search(r"(https?:)?//[a-z]", html.replace("https://www.w3.org", "")), name
        assert not re.search(r"@import|url\(|<script|<link|<iframe| on[a-z]+=", html), name


def test_every_link_leads_somewhere(site: Path, pages: dict[str, str]):
    for name, html in pages.items():
        outline = Outline(html)
        assert len(outline.ids) == len(set(outline.ids)), name
        for href in outline.links:
            if href.startswith("#"):
                assert href[1:] in outline.ids, (name, href)
            elif href != "../linkage/index.html":
                assert (site / href).is_file(), (name, href)


def test_every_drawing_is_told_in_words_and_has_a_table_beside_it(pages: dict[str, str]):
    drawn = 0
    for name, html in pages.items():
        for figure in re.findall(r"<figure.*?</figure>", html, re.S):
            labels = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', figure)
            assert len(labels) == figure.count("<svg"), name
            assert all(len(label) > 30 for label in labels), name
            assert "<details><summary>The numbers as a table</summary>" in figure, name
            drawn += 1
        for cell in re.findall(r'<td class="drawn"[^>]*>', html):
            assert 'aria-hidden="true"' in cell, name
    assert drawn >= 6


def test_every_table_names_itself_its_columns_and_its_rows(pages: dict[str, str]):
    for name, html in pages.items():
        for table in re.findall(r"<table.*?</table>", html, re.S):
            assert "<caption>" in table, name
            assert 'scope="col"' in table, name
            assert table.count('scope="row"') == table.split("<tbody")[1].count("<tr"), name
        for tag, attributes in Outline(html).attributes:
            if attributes.get("class") == "scroll":
                assert (tag, attributes["tabindex"], attributes["role"]) == ("div", "0", "region"), name
                assert attributes["aria-label"], name


def test_every_page_says_where_the_reader_is(pages: dict[str, str]):
    for name, html in pages.items():
        assert html.startswith('<!doctype html>\n<html lang="en-GB">'), name
        assert html.count(' aria-current="') == 1, name
        assert {"header", "nav", "main", "footer"} <= set(Outline(html).tags), name


def test_text_from_the_region_is_escaped(pages: dict[str, str]):
    assert report_tables.ODD_TITLE not in "".join(pages.values())
    assert "Prevention &lt;b&gt;&amp; care&lt;/b&gt;" in pages["action-prevention.html"]


def test_equal_facts_give_equal_bytes(site: Path, tmp_path: Path):
    again = tmp_path / "board"
    write_site(report_tables.facts(), again)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for name in files:
        assert (site / name).read_bytes() == (again / name).read_bytes(), name


def test_an_action_that_is_gone_leaves_no_page_behind(tmp_path: Path):
    folder = tmp_path / "board"
    write_site(report_tables.facts(), folder)
    kept = [row for row in report_tables.curve() if row["action"] == "prevention"]
    write_site(report_tables.facts(tables=report_tables.tables() | {"value_curve": kept}), folder)
    assert not (folder / "action-outreach.html").exists()
    assert not list(tmp_path.glob(".board*"))


def test_downloads_hold_what_the_tables_hold(site: Path):
    found = report_tables.tables()
    with duckdb.connect() as connection:
        for name, rows in found.items():
            stem = site / FOLDER / name.removeprefix("about.")
            told = [
                tuple("; ".join(value) if isinstance(value, list) else value for value in row.values()) for row in rows
            ]
            assert connection.sql(f"from '{stem}.parquet'").fetchall() == told, name
            with stem.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.DictReader(file))
            assert [list(line) for line in lines[:1]] == [list(rows[0])], name
            assert len(lines) == len(rows), name
    assert {path.suffix for path in (site / FOLDER).iterdir()} == {".csv", ".parquet"}


def test_the_first_page_says_what_to_share_with_whom_for_how_much(pages: dict[str, str]):
    html = pages["index.html"]
    assert (
        "Share 2 data sets with 1 user group, in 2 steps, for prevention &lt;b&gt;&amp; care&lt;/b&gt; and outreach."
        in html
    )
    assert "That costs £3,000 to set up and £900 a year" in html
    assert "Counted cautiously it brings £12,000 against £6,500 of cost" in html
    assert "It has paid back by year 3." in html
    assert "from the data of 1,200: values are multiplied by 250" in html
    assert "a perfect warehouse of everything about everyone brings £266,000 less than it costs, the blueprint" in html
    assert '<th scope="row">Warehouse, one authority</th><td class="number">£270,000</td>' in html
    assert "this body would pay more than it gains: The town, by £500." in html


def test_shares_of_value_that_need_the_same_data_are_told_once(pages: dict[str, str]):
    html = pages["blueprint.html"]
    assert "<td>Town at “person, coded”: clinic</td>" in html
    assert "out of reach: the most there is" in html


def test_what_agreements_permit_already_is_told_with_its_gain(pages: dict[str, str]):
    told = "the actions together would gain £800 a year against own data; a gain holds up for 0 of 2 actions"
    assert told in pages["access.html"]
    assert told in pages["index.html"]
    assert "up to coded" not in pages["access.html"]
    assert re.search(r"<th scope=\"row\">clinic</th>(<td>–</td>){4}<td>all four</td>", pages["access.html"])


def test_controls_that_a_group_may_lack_are_explained(pages: dict[str, str]):
    for name in ("access.html", "blueprint.html"):
        assert '<th scope="row">named users</th><td>Named accounts</td>' in pages[name]


def test_every_setting_is_told_with_its_source(pages: dict[str, str]):
    assert "<td>750</td><td>2020-01-01</td><td>Assumption: test</td>" in pages["sources.html"]


def test_what_is_not_supported_is_told_as_plainly_as_what_is(pages: dict[str, str]):
    html = pages["index.html"]
    assert [html.count(f'class="badge {kind}"') for kind in ("good", "bad", "open")] == [2, 2, 1]
    assert "not supported</span> Is value not linear in detail? It may be a straight line." in html
    assert "Not supported: no tier brings more than own data" in pages["action-outreach.html"]


def test_an_action_that_loses_money_even_with_the_data_is_told_so(tmp_path: Path):
    poorer = [row | {"net_value_gbp": row["net_value_gbp"] - 20_000} for row in report_tables.curve()]
    write_site(report_tables.facts(tables=report_tables.tables() | {"value_curve": poorer}), tmp_path / "board")
    told = {name: (tmp_path / "board" / name).read_text() for name in ("actions.html", "action-prevention.html")}
    assert "holds up, yet loses money" in told["actions.html"]
    assert "Even so the action costs £11,900 a year more than it saves" in told["action-prevention.html"]


def test_a_column_in_which_nothing_stands_keeps_its_type_and_excel_knows_the_pound_sign(tmp_path: Path):
    never = report_tables.plan()["blueprint_summary"][0] | {"pay_back_year": None, "starts_from": None}
    tables = report_tables.tables() | {"blueprint_summary": [never]}
    kinds = {"blueprint_summary": {"pay_back_year": "INTEGER", "starts_from": "VARCHAR"}}
    write_site(report_tables.facts(tables=tables, kinds=kinds), tmp_path / "board")
    stem = tmp_path / "board" / FOLDER / "blueprint_summary"
    with duckdb.connect() as connection:
        found = {name: kind for name, kind, *_ in connection.sql(f"describe from '{stem}.parquet'").fetchall()}
    assert (found["pay_back_year"], found["starts_from"]) == ("INTEGER", "VARCHAR")
    assert stem.with_suffix(".csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_steps_that_start_in_different_years_are_marked_by_year(tmp_path: Path):
    years = [row for row in report_tables.plan()["blueprint_year"] if row["step_no"] == 1 or row["year"] > 2]
    write_site(report_tables.facts(tables=report_tables.tables() | {"blueprint_year": years}), tmp_path / "board")
    html = (tmp_path / "board" / "blueprint.html").read_text()
    assert "Step 1 starts in year 1. Step 2 starts in year 3." in html
    assert ">step 2</text>" in html


def test_a_blueprint_without_a_step_says_that_nothing_should_be_shared(tmp_path: Path):
    refused = [row for row in report_tables.blueprint() if not row["is_taken"]]
    write_site(report_tables.facts(tables=report_tables.tables() | {"blueprint": refused}), tmp_path / "board")
    html = (tmp_path / "board" / "index.html").read_text()
    assert "The best choices were refused: dearer than it adds (1)." in html
    assert "For one authority, over 3 years and cautiously counted, a perfect warehouse" in html
    assert 'class="badge bad"' in html
    assert "Dearer than it adds: it would add £10 for £900" in (tmp_path / "board" / "blueprint.html").read_text()


def test_tables_that_are_not_there_yet_are_told_in_a_sentence(tmp_path: Path):
    site = write_site(report_tables.facts(tables={}, actions={}, linkage=None, version=None), tmp_path / "board")
    told = {path.name: path.read_text() for path in site.index.parent.glob("*.html")}
    assert "The blueprint has not been worked out yet" in told["index.html"]
    assert "Linkage has not been judged yet." in told["linkage.html"]
    assert "does not say who may see what" in told["access.html"]
    for name, html in told.items():
        Outline(html)
        assert "None" not in html, name


@pytest.mark.parametrize("missing", sorted(report_tables.tables()))
def test_any_one_table_may_be_missing(missing: str, tmp_path: Path):
    tables = {name: rows for name, rows in report_tables.tables().items() if name != missing}
    assert write_site(report_tables.facts(tables=tables), tmp_path / "board").pages >= 9


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (None, "–"), (0, "£0"), (0.001, "under 1p"), (0.0499, "£0.05"), (9.994, "£10"), (12.4, "£12"),
        (12_712, "£12,700"), (-1_204.4, "−\u2060£1,200"), (999_999, "£1m"), (1_254_000, "£1.25m"),
        (45_000_000, "£45m"), (1.03e9, "£1.03bn"),
    ],
)  # fmt: skip
def test_pounds_are_rounded_to_what_is_known(amount: float | None, told: str):
    assert words.pounds(amount) == told


def test_prices_are_told_as_given():
    assert [words.exact_pounds(amount) for amount in (70, 4000, 0.00001, 1.6)] == ["£70", "£4,000", "£0.00001", "£1.6"]
