"""Judges actions against who may see what: an action cannot be acted on with data that its people may not have."""

from collections.abc import Iterator, Mapping, Sequence

from ingestion.contract import Contract
from settings.paths import Region
from sharing.gate import Decision
from sharing.governance import Governance
from sharing.region_yaml import ERROR, NOTE, Problem, closest, read_document
from valuation.actions import Action

FAIR_QUESTION = "what they are worth is measured all the same; nobody could act on it yet"


def check_actions(
    region: Region,
    actions: Mapping[str, Action],
    governance: Governance,
    contracts: Mapping[str, Contract],
    decisions: Sequence[Decision],
) -> Iterator[Problem]:
    """An unknown group, and own data that is not the deliverer's and that no agreement gives the group, are errors.

    Own data that an agreement gives it on some other day or terms, and candidates it may not see yet, are notes: what
    these would be worth is a fair question.
    """
    named = {(item.group, item.dataset) for item in decisions if item.agreement}
    seen = {(item.group, item.dataset) for item in decisions if item.is_permitted}
    files = {}
    for path in sorted((region.root / "actions").glob("*.y*ml")):
        document = read_document(path, region.root, [])
        if document:
            files[str(document.content.get("id"))] = document
    for action in actions.values():
        document = files[action.id]
        if action.user_group not in governance.groups:
            what = f"no user group '{action.user_group}'"
            yield Problem(
                document.name, document.line("user_group"), what, closest(action.user_group, governance.groups)
            )
            continue
        own = {action.delivered_by, governance.groups[action.user_group].organisation}
        unseen = {name for name in contracts if (action.user_group, name) not in seen}
        lacking = [name for name in action.own_data if name in unseen and contracts[name].partner not in own]
        if lacking:
            agreed = all((action.user_group, name) in named for name in lacking)
            what = f"it needs {', '.join(lacking)}, which {action.user_group} may see at no tier"
            remedy = "agree on it, or name it as a candidate"
            yield Problem(document.name, document.line("own_data"), what, remedy, severity=NOTE if agreed else ERROR)
        asked = [name for name in action.candidates if name in unseen]
        if asked:
            what = f"{action.user_group} may see at no tier: {', '.join(asked)}"
            yield Problem(document.name, document.line("candidates"), what, FAIR_QUESTION, severity=NOTE)
