"""Data Docs: one page per data set under `<home>/reports/data_docs/`, readable with no network.

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
    body = f"""<h1>{escape(heading)}</h1>
<p>Partner: {escape(contract.partner)}. Contract version {escape(contract.version)}. Extract of
{escape(result.extract_date)}, judged as of {escape(as_of)}. {result.rows:,} records accepted.</p>
<p><strong>{len(result.outcomes) - failed} of {len(result.outcomes)} checks passed.</strong></p>
<table><thead><tr><th>Check</th><th>Outcome</th><th>Severity</th><th>Column</th><th>Rule</th>
<th>Looked at</th><th>Against</th><th>Share</th></tr></thead><tbody>
{rows}
</tbody></table>
<p>Counts only: no value of a record is shown here or kept.</p>"""
    files.write_atomically(page_path(home, contract.dataset), _page(heading, body))


def write_index(home: Home, results: "list[ValidationResult]") -> Path:
    """Write the list of all data sets' pages; returns its path."""
    lines = "\n".join(
        f'<tr><td><a href="{escape(result.dataset)}/index.html">{escape(result.dataset)}</a></td>'
        f"<td>{escape(result.extract_date)}</td>"
        f'<td class="number">{sum(outcome.passed for outcome in result.outcomes)} of {len(result.outcomes)}</td></tr>'
        for result in sorted(results, key=lambda item: item.dataset)
    )
    path = home.reports / "data_docs" / "index.html"
    head = "<thead><tr><th>Data set</th><th>Extract</th><th>Checks passed</th></tr></thead>"
    files.write_atomically(path, _page("Data quality", f"<h1>Data quality</h1><table>{head}{lines}</table>"))
    return path


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
