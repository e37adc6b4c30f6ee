"""Writes the site: every page and download into a folder beside the old one, which it then replaces."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingestion.contract import Contract
from pages import STYLE
from settings.files import write_atomically
from settings.paths import Home, Region
from valuation.report import (
    access_page,
    action_page,
    actions_page,
    answer_page,
    blueprint_page,
    data_sets_page,
    downloads,
    linkage_page,
    plan,
    sources_page,
    tier_map,
)
from valuation.report.facts import Facts, read_facts
from valuation.report.parts import Page

CONTENTS = (
    ("index.html", "The answer"),
    ("blueprint.html", "Blueprint"),
    ("tiers.html", "Tiers"),
    ("actions.html", "Actions"),
    ("data-sets.html", "Data sets"),
    ("access.html", "Who may see what"),
    ("linkage.html", "Linkage"),
    ("sources.html", "Sources"),
    ("downloads.html", "Downloads"),
)


@dataclass(frozen=True)
class Site:
    """What was written. index: the first page."""

    index: Path
    pages: int
    downloads: int
    bytes: int


def report_path(home: Home) -> Path:
    """The report's first page, whether written yet or not."""
    return home.reports / "board" / "index.html"


def write_report(home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str) -> Site:
    """Write the report for what the tables hold now. Raises RegionError for wrong region files."""
    return write_site(read_facts(home, region, contracts, as_of=as_of), report_path(home).parent)


def write_site(facts: Facts, folder: Path) -> Site:
    """Write the site to `folder`, in place of what was there; equal facts give equal bytes."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    written = downloads.write_downloads(facts, fresh / downloads.FOLDER)
    pages = pages_of(facts, written)
    for page in pages:
        write_atomically(fresh / page.name, render(page, facts))
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Site(folder / "index.html", len(pages), len(written), size)


def pages_of(facts: Facts, written: list[downloads.Download]) -> list[Page]:
    """Every page, in the order of the contents; an action's page follows the list of actions."""
    return [
        answer_page.page(facts),
        blueprint_page.page(facts),
        tier_map.page(facts),
        actions_page.page(facts),
        *action_page.pages(facts),
        data_sets_page.page(facts),
        access_page.page(facts),
        linkage_page.page(facts),
        sources_page.page(facts),
        downloads.page(facts, written),
    ]


def render(page: Page, facts: Facts) -> str:
    """A page as HTML that needs no other file."""
    return (
        _environment()
        .get_template(page.template)
        .render(
            **page.content,
            title=page.title,
            here=page.key or page.name,
            is_here=not page.key,
            contents=CONTENTS,
            style=STYLE + _own_style(),
            as_of=facts.as_of,
            version=facts.version,
            of_whom=plan.of_whom(facts),
        )
    )


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _own_style() -> str:
    return (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
