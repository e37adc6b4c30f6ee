"""`python -m lineage.validate --spec FOLDER EVENTS.jsonl...`: hold files of events against the published schemas.

FOLDER is `spec/` of a checkout of OpenLineage's repository. Each event is held against the schema it names, each facet
against its own, and each run against the rule that it starts once and ends once. Problems are told by place, rule and
count, never by value. How a schema is found and applied belongs to `specification.py`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from lineage.specification import Problem, Specification, read_specification, version_in
from settings.errors import UserError

ENDS = ("COMPLETE", "FAIL", "ABORT")
SIDES = (("inputs", "inputFacets", "InputDatasetFacet"), ("outputs", "outputFacets", "OutputDatasetFacet"))
Facet = tuple[str, str, str, Any]  # place, name, kind by the specification, content


@dataclass
class Findings:
    """What a number of events came to. schemas: how often each address was named."""

    events: int = 0
    problems: Counter[Problem] = field(default_factory=Counter)
    schemas: Counter[str] = field(default_factory=Counter)
    states: dict[str, list[str]] = field(default_factory=dict)  # run id -> event types in the order they were told

    @property
    def facets(self) -> int:
        """How many facets were held against a schema."""
        return self.schemas.total() - self.events


def validate(events: Iterable[Any], specification: Specification) -> Findings:
    """Hold `events`, in the order in which they were told, against the specification."""
    found = Findings()
    for event in events:
        if not isinstance(event, dict):
            found.events += 1
            found.schemas[""] += 1
            found.problems[Problem("event", "is no JSON object")] += 1
            continue
        _add(found, event, specification)
    found.problems.update(_lifecycle(found.states))
    return found


def events_of(paths: Iterable[Path]) -> Iterator[Any]:
    """The events of files, one a line; None for a line that is no JSON."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                yield None


def facets_in(event: dict[str, Any]) -> Iterator[Facet]:
    """Every facet of an event."""
    for part, kind in (("run", "RunFacet"), ("job", "JobFacet")):
        yield from _bag(event.get(part), "facets", kind, part)
    for side, own, kind in SIDES:
        for dataset in event.get(side) or []:
            yield from _bag(dataset, "facets", "DatasetFacet", f"{side}[]")
            yield from _bag(dataset, own, kind, f"{side}[]")


def _bag(holder: Any, name: str, kind: str, where: str) -> Iterator[Facet]:
    bag = holder.get(name) if isinstance(holder, dict) else None
    for key, facet in (bag if isinstance(bag, dict) else {}).items():
        yield f"{where}.{name}.{key}", key, kind, facet


def _add(found: Findings, event: dict[str, Any], specification: Specification) -> None:
    found.events += 1
    found.schemas[str(event.get("schemaURL"))] += 1
    found.problems.update(specification.problems(event, event.get("schemaURL"), where="event"))
    for where, key, kind, facet in facets_in(event):
        found.schemas[str(facet.get("_schemaURL") if isinstance(facet, dict) else None)] += 1
        found.problems.update(specification.facet_problems(facet, key=key, kind=kind, where=where))
    run_id = str((event.get("run") or {}).get("runId"))
    found.states.setdefault(run_id, []).append(str(event.get("eventType")))


def _lifecycle(states: dict[str, list[str]]) -> Iterator[Problem]:
    """A run starts once, then ends once."""
    for told in states.values():
        starts, ends = told.count("START"), sum(state in ENDS for state in told)
        if starts != 1:
            yield Problem("run", f"has {starts} START events")
        if ends != 1:
            yield Problem("run", f"has {ends} events of an end")
        if starts and ends and told[0] != "START":
            yield Problem("run", "ends before it starts")


@click.command()
@click.option("--spec", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(spec: Path, files: tuple[Path, ...]) -> None:
    """Hold FILES of OpenLineage events against the schema files in the folder --spec."""
    try:
        specification = read_specification(spec)
    except UserError as error:
        raise click.ClickException(str(error)) from None
    found = validate(events_of(files), specification)
    click.echo(f"{found.events:,} events of {len(found.states):,} runs, {found.facets:,} facets")
    for url, count in sorted(found.schemas.items()):
        name = url.partition("#")[2].rpartition("/")[2]
        held = specification.version(url.partition("#")[0].replace(":", "/").rpartition("/")[2])
        click.echo(f"{count:>9,}  {name}: {version_in(url) or 'no version'} named, {held or 'none'} in the folder")
    for problem, count in sorted(found.problems.items()):
        click.echo(f"{count:>9,} x {problem.where}: {problem.rule}")
    if found.problems:
        raise click.ClickException(f"{found.problems.total():,} problems, {len(found.problems):,} different")
    click.echo("no problem")


if __name__ == "__main__":
    main()
