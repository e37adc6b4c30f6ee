"""Judges the ladder, the schemes, the user groups and the contracts' markings against each other."""

from collections.abc import Iterator, Mapping
from datetime import date

from ingestion.contract import Contract
from settings.paths import Region
from sharing.governance import Governance, Ladder, Scheme
from sharing.governance_reader import Read
from sharing.markings import markings_of
from sharing.region_yaml import NOTE, Problem, closest, read_document
from sharing.tiers import DETAILS


def check_ladder(read: Read) -> Iterator[Problem]:
    """Rungs and controls that are named and not there, or said twice."""
    ladder = read.governance.ladder
    if ladder is None:
        if read.governance.groups or read.governance.schemes:
            remedy = "write the rungs and their controls; until then nothing is shared"
            yield Problem("classifications/ladder.yaml", 0, "is missing", remedy)
        return
    document = read.documents["ladder", "ladder"]
    rungs = [rung.id for rung in ladder.rungs]
    for position, rung in enumerate(ladder.rungs):
        if rung.id in rungs[:position]:
            yield Problem(
                document.name, document.line("rungs", position), f"rung '{rung.id}' is said twice", "keep one"
            )
        for control in rung.controls:
            if control not in ladder.controls:
                line = document.line("rungs", position)
                yield Problem(document.name, line, f"no control '{control}'", closest(control, ladder.controls))
    if ladder.row_level_minimum not in rungs:
        line = document.line("row_level_minimum")
        yield Problem(
            document.name, line, f"no rung '{ladder.row_level_minimum}'", closest(ladder.row_level_minimum, rungs)
        )


def check_schemes(read: Read) -> Iterator[Problem]:
    """Markings off the ladder, counts marked higher than what they count, organisation types with two schemes."""
    ladder = read.governance.ladder
    seen: dict[str, str] = {}
    for scheme in read.governance.schemes.values():
        document = read.documents["scheme", scheme.id]
        for position, kind in enumerate(scheme.organisation_types):
            if kind in seen:
                line = document.line("organisation_types", position)
                yield Problem(document.name, line, f"scheme {seen[kind]} has '{kind}' too", "leave it in one of them")
            seen.setdefault(kind, scheme.id)
        if ladder:
            for name, what, remedy in _markings(scheme, ladder):
                yield Problem(document.name, document.line("markings", name), what, remedy)


def _markings(scheme: Scheme, ladder: Ladder) -> Iterator[tuple[str, str, str]]:
    heights = {rung.id: height for height, rung in enumerate(ladder.rungs)}
    for name, marking in scheme.markings.items():
        if marking.rung not in heights:
            yield name, f"no rung '{marking.rung}'", closest(marking.rung, heights)
        for control in marking.controls:
            if control not in ladder.controls:
                yield name, f"no control '{control}'", closest(control, ladder.controls)
        counted = scheme.markings.get(marking.when_counted) if marking.when_counted else marking
        if counted is None:
            yield name, f"no marking '{marking.when_counted}'", closest(marking.when_counted or "", scheme.markings)
        elif heights.get(counted.rung, 0) > heights.get(marking.rung, 0):
            yield name, f"counts are marked higher ({marking.when_counted}) than people", "name a lower marking"


def check_groups(read: Read, *, on: date) -> Iterator[Problem]:
    """Controls and purposes that are not there; controls that lapsed; groups that no agreement names."""
    governance = read.governance
    controls = governance.ladder.controls if governance.ladder else {}
    named = {group for item in governance.agreements.values() for group in item.recipient_groups}
    for group in governance.groups.values():
        document = read.documents["user_group", group.id]
        for position, purpose in enumerate(group.purposes):
            if purpose not in governance.purposes:
                line = document.line("purposes", position)
                yield Problem(document.name, line, f"no purpose '{purpose}'", closest(purpose, governance.purposes))
        for control, held in group.controls.items():
            line = document.line("controls", control)
            if governance.ladder and control not in controls:
                yield Problem(document.name, line, f"no control '{control}'", closest(control, controls))
            if held.valid_to and held.valid_to < on:
                what = f"{control} lapsed on {held.valid_to}"
                yield Problem(document.name, line, what, "renew it, or the group goes without", NOTE)
        if group.id not in named:
            yield Problem(document.name, document.line("id"), f"no agreement names {group.id}", severity=NOTE)


def check_markings(governance: Governance, contracts: Mapping[str, Contract], region: Region) -> Iterator[Problem]:
    """Contracts that say a key twice, without a marking, or with one that their organisation's scheme does not know."""
    for contract in contracts.values():
        path = region.contracts / f"{contract.dataset}.odcs.yaml"
        problems: list[Problem] = []
        document = read_document(path, region.root, problems) if path.exists() else None
        yield from problems  # the contracts' own reader lets a key be said twice
        name = document.name if document else f"contracts/{contract.dataset}"
        scheme = governance.scheme_of(contract.organisation_type)
        if scheme is None:
            what = f"no scheme in classifications/ for organisation type '{contract.organisation_type}'"
            yield Problem(name, document.line_of_value("organisationType") if document else 0, what, "add one")
            continue
        for detail in contract.classification_by_detail:
            if detail not in DETAILS:
                line = document.line_of_value("classificationByDetail") if document else 0
                yield Problem(name, line, f"no detail '{detail}'", closest(detail, DETAILS))
        used = {marking for detail in DETAILS for marking in markings_of(contract, detail)}
        for marking in sorted(used - set(scheme.markings)):
            line = document.line_of_value(marking) if document else 0
            what = f"scheme {scheme.id} has no marking '{marking}'" if marking else "says no classification"
            yield Problem(name, line if marking else 0, what, closest(marking, scheme.markings))
