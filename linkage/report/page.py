"""The linkage report's page: frame, style, tables. One file that needs no network. What it says is `report.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
:root { color-scheme: light; --ink: #0b0c0c; --quiet: #505a5f; --line: #b1b4b6; --blue: #1d70b8; --soft: #f3f2f1; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; color: var(--ink);
  background: #fff; }
h1 { line-height: 1.2; margin: .5rem 0; } h2 { margin: 2.5rem 0 .5rem; border-top: 2px solid var(--ink);
  padding-top: .5rem; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1.05rem; }
p, li { max-width: 46rem; } a { color: #1d4f91; } a:focus, summary:focus, [tabindex]:focus { outline: 3px solid #ffdd00;
  outline-offset: 1px; box-shadow: 0 0 0 5px var(--ink); }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 0; background: #fff; padding: .5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; max-width: none; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0;
  padding: 0; } .cards div { background: var(--soft); padding: .6rem .8rem; }
.cards dt { color: var(--quiet); font-size: .9rem; } .cards dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
.told { border-left: 5px solid #b45309; background: #fdf5ea; padding: .5rem 1rem; margin: 1rem 0; }
.fine { border-left-color: #00703c; background: #f0f7f2; }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
table { border-collapse: collapse; } caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { vertical-align: bottom; } thead .number { white-space: normal; } tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.drawn { min-width: 9rem; width: 16rem; padding-top: .45rem; }
td.drawn svg { display: block; width: 100%; height: 1rem; }
table.heat td, table.heat th { border: 1px solid #fff; padding: .3rem .4rem; }
table.heat thead th { writing-mode: vertical-rl; transform: rotate(180deg); vertical-align: top; font-weight: 400; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; max-width: 34rem; } figcaption { font-weight: 600; } figure svg { width: 100%; height: auto; }
details { margin: .5rem 0; } summary { cursor: pointer; color: #1d4f91; }
footer { color: var(--quiet); margin-top: 3rem; }
@media print { nav, .skip { display: none; } details > * { display: block; } }
"""


@dataclass(frozen=True)
class Section:
    """A part of the page. `key` is its place in the address, `body` is HTML."""

    key: str
    title: str
    body: str


@dataclass(frozen=True)
class Drawn:
    """A cell that holds a drawing (HTML); its number is in another cell of the row."""

    html: str


Row = Sequence[str | Drawn]


def page(title: str, intro: str, sections: Iterable[Section]) -> str:
    """The whole page as HTML; `intro` is HTML."""
    parts = [section for section in sections if section.body]
    links = "".join(f'<li><a href="#{part.key}">{escape(part.title)}</a></li>' for part in parts)
    bodies = "\n".join(
        f'<section aria-labelledby="{part.key}"><h2 id="{part.key}">{escape(part.title)}</h2>\n{part.body}</section>'
        for part in parts
    )
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the report</a>\n'
        f'<header><h1>{escape(title)}</h1>{intro}</header>\n<nav aria-label="Sections"><ul>{links}</ul></nav>\n'
        f'<main id="main">\n{bodies}\n</main>\n'
        "<footer><p>Counts and shares only: no value of a record is shown here or kept.</p></footer>\n</body></html>\n"
    )


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>\n"


def cards(facts: Iterable[tuple[str, str]]) -> str:
    """Headline figures: (name, figure)."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(figure)}</dd></div>" for name, figure in facts)
    return f'<dl class="cards">{items}</dl>\n'


def told(sentences: Sequence[str], *, otherwise: str) -> str:
    """A box of what to look at, or of `otherwise` when there is nothing."""
    if not sentences:
        return f'<div class="told fine"><p>{escape(otherwise)}</p></div>\n'
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<div class="told"><ul>{items}</ul></div>\n'


def table(caption: str, heads: Sequence[str], rows: Iterable[Row], *, words: int = 1) -> str:
    """A table whose first `words` columns are text and the others figures or drawings; the first names its row."""
    head = "".join(f'<th scope="col"{_number(at >= words)}>{escape(name)}</th>' for at, name in enumerate(heads))
    body = "\n".join(f"<tr>{_cells(row, words)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def heat_map(caption: str, names: Sequence[str], share: dict[tuple[str, str], float]) -> str:
    """A square table: of the row's things, the share that the column has too; darker is more."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(_shaded(None if row == column else share.get((row, column), 0.0)) for column in names)
        + "</tr>"
        for row in names
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="heat">'
        f"<caption>{escape(caption)}</caption><thead><tr><td></td>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )


def folded(summary: str, body: str) -> str:
    """HTML that opens on demand."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}</details>\n"


def _cells(row: Row, words: int) -> str:
    cells = [f'<th scope="row">{escape(str(row[0]))}</th>']
    for at, cell in enumerate(row[1:], start=1):
        if isinstance(cell, Drawn):
            cells.append(f'<td class="drawn" aria-hidden="true">{cell.html}</td>')
        else:
            cells.append(f"<td{_number(at >= words)}>{escape(cell)}</td>")
    return "".join(cells)


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _shaded(share: float | None) -> str:
    if share is None:
        return '<td class="number">–</td>'
    ink = "#fff" if share > 0.93 else "#0b0c0c"  # whichever contrasts more
    paint = f"rgb({round(255 - 226 * share)}, {round(255 - 143 * share)}, {round(255 - 71 * share)})"
    return f'<td class="number" style="background:{paint};color:{ink}">{share:.0%}</td>'
