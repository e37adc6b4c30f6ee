"""`mvld report` as a service manager types it."""

import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration import installation
from orchestration.command import main
from settings.paths import Home
from tests.valuation import report_tables
from valuation.report.site import report_path, write_site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("MVLD_HOME", str(tmp_path))
    installation.home.cache_clear()
    yield Home(tmp_path)
    installation.home.cache_clear()


def test_before_the_first_night_the_way_to_a_report_is_told(home: Home):
    told = CliRunner().invoke(main, ["report"])
    assert told.exit_code == 1
    assert "there is no report yet" in told.output
    assert "mvld run" in told.output


def test_the_report_is_named_and_opened_in_the_browser(home: Home, monkeypatch: pytest.MonkeyPatch):
    write_site(report_tables.facts(), report_path(home).parent)
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    told = CliRunner().invoke(main, ["report", "--open"])
    assert told.output.strip() == str(home.reports / "board" / "index.html")
    assert opened == [report_path(home).as_uri()]
