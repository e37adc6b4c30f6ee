"""YAML of the region, read so that every problem can name its file and line. What a file means is not known here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from settings.yaml_text import parse

ERROR, NOTE = "error", "note"
FALLBACK_LINE = 1


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong (or, as a note, worth knowing) in a region file, and what to do about it."""

    file: str  # relative to the region
    line: int  # 0: the file as a whole
    what: str
    remedy: str = ""
    severity: str = ERROR

    def __str__(self) -> str:
        where = f"{self.file}: line {self.line}" if self.line else self.file
        return f"{where}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


@dataclass(frozen=True)
class Document:
    """A YAML file: its content as plain values, and the nodes that know their lines."""

    name: str
    content: Any
    node: Any = field(repr=False, default=None)

    def line(self, *path: str | int) -> int:
        """The line of what `path` (keys and positions from the top) leads to, or of the nearest thing above it."""
        import yaml

        node, line = self.node, FALLBACK_LINE
        for part in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == str(part):
                        found, line = value, key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                found = node.value[part]
                line = found.start_mark.line + 1
            if found is None:
                break
            node = found
        return line

    def line_of_value(self, text: str) -> int:
        """The first line on which `text` stands as a whole value."""
        lines = [node.start_mark.line for node in _nodes(self.node) if node.value == text]
        return min(lines, default=FALLBACK_LINE - 1) + 1


def read_document(path: Path, root: Path, problems: list[Problem]) -> Document | None:
    """The document in `path`; None, and a problem noted, where it is no YAML mapping or says a key twice."""
    import yaml

    name = path.relative_to(root).as_posix()
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        content, node = parse(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(name, mark.line + 1 if mark else FALLBACK_LINE, "is not valid YAML", "mend the syntax"))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(name, FALLBACK_LINE, "cannot be read", "write it in UTF-8"))
        return None
    except ValueError:
        problems.append(Problem(name, _line_of_wrong_value(text), "is not a day or number that exists", "mend it"))
        return None
    except RecursionError:
        problems.append(Problem(name, FALLBACK_LINE, "is nested too deep", "see docs/sharing.md"))
        return None
    except OSError:
        problems.append(Problem(name, 0, "cannot be read", "see whether it is a file"))
        return None
    if not isinstance(content, dict):
        problems.append(Problem(name, FALLBACK_LINE, "is not a mapping of keys to values", "see docs/sharing.md"))
        return None
    twice = list(_keys_said_twice(node))
    problems += [Problem(name, line, f"key '{key}' is said twice", "keep one") for key, line in twice]
    return None if twice else Document(name, content, node)


def _nodes(top: Any) -> Iterator[Any]:
    """The node and all below it, each once, though aliases may lead to it again or in a circle."""
    import yaml

    waiting, seen = [top], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]


def _keys_said_twice(top: Any) -> list[tuple[str, int]]:
    import yaml

    found = []
    for node in _nodes(top):
        keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
        seen: set[str] = set()
        for key in keys:
            if key.value in seen:
                found.append((key.value, key.start_mark.line + 1))
            seen.add(key.value)
    return sorted(found, key=lambda item: item[1])


def _line_of_wrong_value(text: str) -> int:
    """The first line whose value cannot be what it looks like, such as the 30th of February."""
    import yaml

    lines = []
    for node in _nodes(yaml.compose(text, Loader=yaml.SafeLoader)):
        if isinstance(node, yaml.ScalarNode):
            try:
                yaml.SafeLoader("").construct_object(node)
            except ValueError:
                lines.append(node.start_mark.line + 1)
    return min(lines, default=FALLBACK_LINE)


def closest(name: str, known: Any) -> str:
    """A remedy that names what was probably meant, or all that is known."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(sorted(known)) or 'none yet'}"
