"""The evidence pack: what an information governance lead reads, page and JSON from the same facts."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract_reader import read_contracts
from settings.paths import Home, Region
from sharing.access import read_access
from sharing.evidence.pack import Pack, write_pack
from sharing.share_policy import read_share_policy
from sharing.shares import make_share, plan_shares
from tests.sharing.region_files import agree, write_policy, write_sharing

DAY = "2025-06-01"
KEY = "k" * 32


@pytest.fixture
def sharing(region: Region, home: Home, publish_night: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Publishes a night with the shares that the region permits, and returns the pack's JSON."""
    write_sharing(region)
    agree(region, "a1", "early_help", ceiling=None, tiers=["postcode_known_to", "ward_coded"])
    agree(region, "a2", "planners", ceiling=None, tiers=["ward_coded"])

    def night(number: int) -> dict[str, Any]:
        contracts = read_contracts(region.contracts)
        plan = plan_shares(home, region, contracts, as_of=DAY, tiers_digest=str(number), secret=KEY)
        for group in plan.digests:
            make_share(home, plan, group)
        publish_night(number, as_of=DAY, shares=plan.folders(home))
        content: dict[str, Any] = json.loads(written(home, region).page.with_suffix(".json").read_text())
        return content

    return night


def written(home: Home, region: Region) -> Pack:
    access = read_access(region, read_contracts(region.contracts), as_of=DAY)
    return write_pack(home, region, access, as_of=DAY)


def table(content: dict[str, Any], title: str) -> list[list[Any]]:
    tables = [item for heading in content["headings"] for item in heading["tables"]]
    rows: list[list[Any]] = next(item["rows"] for item in tables if item["title"].startswith(title))
    return rows


def test_the_five_safes_tell_what_was_shared_under_which_agreement(sharing: Callable[..., dict[str, Any]]) -> None:
    content = sharing(1)
    assert [heading["id"] for heading in content["headings"]] == ["projects", "people", "settings", "data", "outputs"]
    assert ["a2", "planners", "homelessness", "ward: coded"] in table(content, "Shared tonight")
    assert {row[0] for row in table(content, "Agreements in use")} == {"a1", "a2"}
    assert {row[0] for row in table(content, "Keys of ids")} == {"early_help", "planners"}
    assert ["early_help", "internal", 2] in table(content, "Highest marking")
    assert "Not encrypted at rest: everything." in content["headings"][2]["warnings"]


def test_what_became_wider_or_narrower_since_the_release_before_is_told(
    sharing: Callable[..., dict[str, Any]], region: Region
) -> None:
    first = sharing(1)
    assert table(first, "Changed since") == []
    agree(region, "a2", "planners", ceiling=None, tiers=["postcode_known_to"])
    second = sharing(2)
    wider, narrower = "postcode: known_to", "ward: coded"
    assert table(second, f"Changed since {first['release']['version']}") == [
        ["planners", "homelessness", wider, narrower]
    ]
    assert sharing(2) == second, "written again, it compares with the same release before"


def test_equal_facts_give_equal_bytes(sharing: Callable[..., Any], home: Home, region: Region) -> None:
    sharing(1)
    pack = written(home, region)
    before = {path.name: path.read_bytes() for path in pack.page.parent.iterdir()}
    assert not pack.is_new and set(before) == {"evidence.html", "evidence.json"}
    pack.page.unlink()
    (pack.page.parent / "evidence.json").unlink()
    assert written(home, region).is_new
    assert {path.name: path.read_bytes() for path in pack.page.parent.iterdir()} == before


def test_what_awaits_approval_and_who_signed_is_in_it(
    sharing: Callable[..., dict[str, Any]], home: Home, region: Region
) -> None:
    sharing(1)
    write_policy(region, minimum_release_approvers=2)
    assert read_share_policy(region.policies, as_of=DAY).minimum_release_approvers == 2
    content = json.loads(written(home, region).page.with_suffix(".json").read_text())
    assert ["planners", "homelessness", "ward: coded"] in table(content, "Agreed and awaiting")


def test_the_page_needs_no_network_and_holds_every_cell_of_the_json(
    sharing: Callable[..., dict[str, Any]], home: Home, region: Region
) -> None:
    content = sharing(1)
    page = written(home, region).page.read_text()
    assert "http" not in page.replace("http-equiv", "")
    reader = Reader()
    reader.feed(page)
    told = "\n".join(reader.text)
    cells = [
        cell for heading in content["headings"] for item in heading["tables"] for row in item["rows"] for cell in row
    ]
    assert cells and all(str(cell) in told for cell in cells if cell is not None)


class Reader(HTMLParser):
    """Collects what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_a_pack_without_a_release_is_refused(home: Home, region: Region, tmp_path: Path) -> None:
    from settings.errors import NothingPublished

    write_sharing(region)
    with pytest.raises(NothingPublished):
        written(Home(tmp_path / "empty"), region)
