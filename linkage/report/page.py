"""The linkage report's page: frame, tables. One file that needs no network. What it says is `report.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from pages import STYLE


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
    head = "".join(
        f'<th scope="col"{_number(at >= words)}>{escape(name)}</th>' if name else "<td></td>"
        for at, name in enumerate(heads)
    )
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
