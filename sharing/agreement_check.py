"""Judges every agreement against the rest of the region: names, dates, tiers, approvers, overlaps, what comes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from ingestion.contract import Contract
from sharing.gate import REFUSALS, SUBJECT_LEVELS, Decision
from sharing.governance import Agreement, Governance
from sharing.governance_reader import Read
from sharing.region_yaml import NOTE, Problem, closest
from sharing.tiers import LEVELS, TIERS, level_and_detail


@dataclass(frozen=True)
class Context:
    """What an agreement is judged against."""

    read: Read
    contracts: Mapping[str, Contract]
    on: date
    minimum_approvers: int
    decisions: tuple[Decision, ...] = ()

    @property
    def governance(self) -> Governance:
        return self.read.governance

    def problem(self, item: Agreement, path: str, what: str, remedy: str = "", **more: str) -> Problem:
        """A problem at the line of `path` (keys joined by dots) in the agreement's file."""
        document = self.read.documents["agreement", item.id]
        parts = [int(part) if part.isdigit() else part for part in path.split(".")]
        return Problem(document.name, document.line(*parts), what, remedy, **more)


def check_agreements(context: Context) -> Iterator[Problem]:
    """Everything wrong or worth knowing about the agreements."""
    for item in context.governance.agreements.values():
        yield from _names(context, item)
        yield from _tiers(context, item)
        yield from _dates(context, item)
        yield from _approvers(context, item)
        yield from _effect(context, item)
    yield from _overlaps(context)


def _names(context: Context, item: Agreement) -> Iterator[Problem]:
    known, governance = context.contracts, context.governance
    for position, name in enumerate(item.data_sets):
        if name not in known:
            yield context.problem(
                item, f"data_sets.{position}", f"no contract for data set '{name}'", closest(name, known)
            )
        elif known[name].partner != item.discloser:
            what = f"'{item.discloser}' cannot disclose '{name}', which {known[name].partner} sends"
            yield context.problem(item, "discloser", what, "name the partner of the contract, or split the agreement")
    if item.purpose not in governance.purposes:
        what = f"no purpose '{item.purpose}' in policies/purposes.yaml"
        yield context.problem(item, "purpose", what, closest(item.purpose, governance.purposes))
    wrong = {problem.file for problem in context.read.problems}
    for position, name in enumerate(item.recipient_groups):
        group = governance.groups.get(name)
        if group is None and f"user_groups/{name}.yaml" in wrong:
            continue  # there is one, and what is wrong with it is told already
        if group is None:
            what = f"no user group '{name}'"
            yield context.problem(item, f"recipient_groups.{position}", what, closest(name, governance.groups))
        elif item.purpose not in group.purposes:
            what = f"'{item.purpose}' is no purpose of {name}"
            yield context.problem(item, "purpose", what, f"add it to user group {name}, or leave the group out")


def _tiers(context: Context, item: Agreement) -> Iterator[Problem]:
    if bool(item.tiers) == (item.ceiling is not None):
        yield context.problem(
            item, "tiers", "says what may be seen twice or not at all", "give either tiers or a ceiling"
        )
    levels: list[tuple[str, str]] = [("ceiling.level", item.ceiling.level)] if item.ceiling else []
    for position, tier in enumerate(item.tiers):
        if tier not in TIERS:
            yield context.problem(item, f"tiers.{position}", f"'{tier}' is no tier", closest(tier, TIERS))
        else:
            levels.append((f"tiers.{position}", level_and_detail(tier)[0]))
    for path, level in levels:
        for name in item.data_sets:
            contract = context.contracts.get(name)
            supported = SUBJECT_LEVELS.get(contract.subject, ()) if contract else LEVELS
            if contract and level not in supported:
                what = f"{level} is finer than '{name}', which is about a {contract.subject}"
                yield context.problem(item, path, what, f"{supported[0] if supported else 'ward'} is the finest it has")


def _dates(context: Context, item: Agreement) -> Iterator[Problem]:
    if item.valid_to < item.valid_from:
        yield context.problem(item, "to", "it ends before it starts", "mend 'from' or 'to'")
    elif item.valid_to < context.on:
        what = f"it ended on {item.valid_to} and permits nothing"
        yield context.problem(item, "to", what, "renew it or remove it", severity=NOTE)
    elif item.valid_from > context.on:
        yield context.problem(item, "from", f"it starts on {item.valid_from}", severity=NOTE)


def _approvers(context: Context, item: Agreement) -> Iterator[Problem]:
    signed = item.signers(on=date.max)
    if len(signed) < context.minimum_approvers:
        what = f"it has {len(signed)} approver(s) and needs {context.minimum_approvers}"
        yield context.problem(item, "approvers", what, "add who signed, by role, organisation and date")
    elif not item.is_signed_by_the_discloser(on=date.max):
        yield context.problem(item, "approvers", f"nobody signed for {item.discloser}", "add who did")
    for position, approver in enumerate(item.approvers):
        if approver.signed_on > context.on:
            what = f"signed on {approver.signed_on}: it does not count before"
            yield context.problem(item, f"approvers.{position}.date", what, severity=NOTE)
        elif approver.signed_on > item.valid_from:
            what = f"signed on {approver.signed_on}, after the agreement started"
            yield context.problem(item, f"approvers.{position}.date", what, severity=NOTE)


def _effect(context: Context, item: Agreement) -> Iterator[Problem]:
    """Groups that a live agreement names and that get less than it says, for want of a control or a marking."""
    late = [REFUSALS.index("marking_unknown"), REFUSALS.index("control_missing")]
    lost: dict[tuple[str, str], int] = {}
    for decision in context.decisions:
        if decision.agreement == item.id and decision.reason in [REFUSALS[index] for index in late]:
            key = (decision.group, decision.clause.removeprefix(f"{item.id}: "))
            lost[key] = lost.get(key, 0) + 1
    for (group, clause), cells in sorted(lost.items()):
        what = f"{group} gets nothing of {cells} agreed cell(s): {clause}"
        yield context.problem(item, "recipient_groups", what, severity=NOTE)


def _overlaps(context: Context) -> Iterator[Problem]:
    """Two agreements that let the same group see the same cell on the same day: nobody could say which governs."""
    for first, second in combinations(sorted(context.governance.agreements.values(), key=lambda item: item.id), 2):
        datasets = sorted(set(first.data_sets) & set(second.data_sets))
        groups = sorted(set(first.recipient_groups) & set(second.recipient_groups))
        tiers = [tier for tier in first.permitted_tiers() if tier in second.permitted_tiers()]
        is_at_once = first.valid_from <= second.valid_to and second.valid_from <= first.valid_to
        if datasets and groups and tiers and is_at_once:
            what = (
                f"it overlaps with {first.id} from {max(first.valid_from, second.valid_from)} in {', '.join(datasets)} "
                f"for {', '.join(groups)} ({len(tiers)} tier(s), {tiers[0]} the first)"
            )
            yield context.problem(second, "from", what, f"end {first.id} before, or agree on other tiers")
