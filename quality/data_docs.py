"""Data Docs: one page per data set under `<home>/reports/data_docs/` and a list of them, readable with no network.

Great Expectations' own pages load styles and scripts from eight hosts and show sample values, so they are not used
(decision 0041). A page holds counts, columns and rules, never a row's value.
"""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.contract import Contract
from settings import files
from settings.paths import Home

if TYPE_CHECKING:
    from quality.validate import CheckOutcome, ValidationResult

FACT = "summary.json"  # beside a page: what the list says of it
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #0b0c0c; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #b1b4b6; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.passed { color: #00703c; }
td.warning { color: #b45309; font-weight: bold; }
td.blocking { color: #d4351c; font-weight: bold; }
"""


def page_path(home: Home, dataset: str) -> Path:
    """Where the data set's page is, whether written yet or not."""
    return home.reports / "data_docs" / dataset / "index.html"


def write_page(home: Home, contract: Contract, result: "ValidationResult", *, as_of: str) -> None:
    """Write the data set's page. Equal results give equal bytes."""
    failed = sum(not outcome.passed for outcome in result.outcomes)
    heading = f"{contract.title} ({contract.dataset})"
    rows = "\n".join(_row(outcome) for outcome in result.outcomes)
    body = f"""<p><a href="../index.html">All data sets</a></p>
<h1>{escape(heading)}</h1>
<p>Partner: {escape(contract.partner)}. Contract version {escape(contract.version)}. Extract of
{escape(result.extract_date)}, judged as of {escape(as_of)}. {result.rows:,} records accepted.</p>
<p><strong>{len(result.outcomes) - failed} of {len(result.outcomes)} checks passed.</strong></p>
<table><thead><tr><th>Check</th><th>Outcome</th><th>Severity</th><th>Column</th><th>Rule</th>
<th>Looked at</th><th>Against</th><th>Share</th></tr></thead><tbody>
{rows}
</tbody></table>
<p>Counts only: no value of a record is shown here or kept.</p>"""
    path = page_path(home, contract.dataset)
    files.write_atomically(path, _page(heading, body))
    fact = {"title": contract.title, "extract": result.extract_date, "checks": len(result.outcomes), "failed": failed}
    files.write_json(path.with_name(FACT), fact)
    _write_index(home)


def index_path(home: Home) -> Path:
    """Where the list of all data sets' pages is."""
    return home.reports / "data_docs" / "index.html"


def _write_index(home: Home) -> None:
    """The list of all data sets' pages, from the fact that each left beside its page."""
    facts = {path.parent.name: files.read_json(path) for path in index_path(home).parent.glob(f"*/{FACT}")}
    lines = "\n".join(
        f'<tr><td><a href="{escape(dataset)}/index.html">{escape(fact["title"])}</a> ({escape(dataset)})</td>'
        f"<td>{escape(fact['extract'])}</td>"
        f'<td class="number">{fact["checks"] - fact["failed"]} of {fact["checks"]}</td></tr>'
        for dataset, fact in sorted(facts.items())
        if fact
    )
    head = "<thead><tr><th>Data set</th><th>Extract</th><th>Checks passed</th></tr></thead>"
    body = f"<h1>Data quality</h1>\n<table>{head}<tbody>\n{lines}\n</tbody></table>"
    files.write_atomically(index_path(home), _page("Data quality", body))


def _row(outcome: "CheckOutcome") -> str:
    state = ("passed", "passed") if outcome.passed else (outcome.severity, "failed")
    share = "" if outcome.unexpected_share is None else f"{outcome.unexpected_share:.2%}"
    return (
        f'<tr><td>{escape(outcome.description)}</td><td class="{state[0]}">{state[1]}</td><td>{outcome.severity}</td>'
        f"<td>{escape(outcome.column or '')}</td><td>{escape(outcome.expectation)}</td>"
        f'<td class="number">{_count(outcome.evaluated)}</td><td class="number">{_count(outcome.unexpected_count)}</td>'
        f'<td class="number">{share}</td></tr>'
    )


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )
