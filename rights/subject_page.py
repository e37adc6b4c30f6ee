"""The subject report as one page: plain HTML that needs no network and prints well. What it says is elsewhere."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2rem } h3 { font-size: 1.05rem; margin: 1.4rem 0 .3rem }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid #ddd }
th { font-weight: 600; width: 16rem } thead th { width: auto } .note { color: #555 }
@media print { h3, tr { break-inside: avoid } }
"""
SHARE_COLUMNS = ("group", "organisation", "tier", "dataset", "rows", "agreement", "purpose", "lawful_basis")
NOTE = (
    "Each record is shown as the partner sent it last. Counts by street, postcode and ward are not listed: they name "
    "nobody, and small ones are withheld. This file holds personal data: hand it to the person only, then delete it."
)


def page(report: Mapping[str, Any]) -> str:
    """One HTML page."""
    parts = [
        f"<h1>What is held about {_text(report['person_id'])}</h1>",
        f'<p class="note">{NOTE}</p>',
        "<h2>Home as linked</h2>",
        _facts(report["household"]) if report["household"] else "<p>No address is in use.</p>",
        "<h2>Opt-outs in force</h2>",
        f"<p>Left out of: {_text(', '.join(report['left_out_of']) or 'nothing')}.</p>",
        f"<h2>Records: {len(report['records'])}</h2>",
        *(_record(record) for record in report["records"]),
        f"<h2>Rows in tiers of the release of {_text(report['as_of'] or 'no date: none is published')}</h2>",
        _table(("tier", "dataset", "rows"), report["tiers"]),
        "<h2>Who holds rows about this person or household</h2>",
        _table(SHARE_COLUMNS, report["shares"]),
    ]
    title = f"<title>Subject report {_text(report['person_id'])}</title>"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{title}<style>{STYLE}</style>'
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _record(record: Mapping[str, Any]) -> str:
    file = f"{record['file'] or 'file not known'}, row {record['row_number']}, of {record['extract_date']}"
    source = f"From {record['partner']}: {file}. Linked because: {record['linked_because']}."
    return f'<h3>{_text(record["title"])}</h3><p class="note">{_text(source)}</p>{_facts(record["values"])}'


def _facts(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{_text(name.replace('_', ' '))}</th><td>{_text(value)}</td></tr>" for name, value in values.items()
    )
    return f"<table>{rows}</table>"


def _table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    names = list(columns)
    head = "".join(f"<th>{_text(name.replace('_', ' '))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{_text(row.get(name))}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else "<p>None.</p>"


def _text(value: Any) -> str:
    return "" if value is None else escape(str(value))
