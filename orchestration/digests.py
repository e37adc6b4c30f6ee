"""What each stage's result depends on, as digests: equal digest, equal result, so the stage may be skipped.

Each stage adds its own inputs to the digest of the stage before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from ingestion.contract import Contract
from ingestion.erased import receipt_files
from linkage.steps import last_finished
from settings.files import read_json, sha256_of_files
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home, Region
from sharing.keyed_ids import secret_from_environment
from sharing.shares import Plan, plan_shares
from valuation.blueprint.draw import Brief


def of_raw(home: Home, datasets: Iterable[str]) -> str:
    """The snapshots that the raw views read, who was erased from them, and the place lookups."""
    steps = [f"raw/{dataset}" for dataset in sorted(datasets)] + ["geography/lookups"]
    marks = {step: read_json(home.state / f"{step}.json") for step in steps}
    erased = [path.name for path in receipt_files(home)]
    return digest_of({step: mark and mark["digest"] for step, mark in marks.items()}, erased)


def of_staging(home: Home, region: Region, datasets: Iterable[str], *, as_of: str) -> str:
    """Raw, the contracts (from which staging is generated), and the SQL of the dbt project."""
    contracts = sha256_of_files(list(region.contracts.glob("*.odcs.yaml")))
    return digest_of(of_raw(home, datasets), contracts, digest_of_code("dbt_project"), as_of)


def of_facts(home: Home, region: Region, datasets: Iterable[str], *, as_of: str) -> str:
    """Staging, the policies of linkage and tiers, and the code that links and publishes: all before linkage."""
    tables = [region.policies / f"{name}.csv" for name in ("disclosure", "linkage", "tiers")]
    policies = sha256_of_files([path for path in tables if path.exists()])
    code = digest_of_code("linkage", "sharing", without=["linkage/report", "sharing/evidence", "sharing/leaks"])
    return digest_of(of_staging(home, region, datasets, as_of=as_of), policies, code)


def of_tiers(home: Home, region: Region, datasets: Iterable[str], *, as_of: str) -> str:
    """The facts, and who is who by linkage, which a clerk's decision or another model changes: the release's version.

    Ask after linkage.
    """
    linked = last_finished(home, "households")
    return digest_of(of_facts(home, region, datasets, as_of=as_of), linked and linked[0])


def share_plan(home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str) -> Plan:
    """Who may see what tonight, with a digest per share: the tiers, the decisions and the group's key."""
    return plan_shares(
        home,
        region,
        contracts,
        as_of=as_of,
        tiers_digest=of_tiers(home, region, contracts, as_of=as_of),
        secret=secret_from_environment(),
        stale=stale_datasets(home, contracts),
    )


def of_release(home: Home, region: Region, plan: Plan) -> str:
    """The tiers and every share, so that an agreement's end makes a new version when nothing else changed.

    Without user groups it is the digest of the tiers.
    """
    tiers = of_tiers(home, region, plan.contracts, as_of=plan.as_of)
    return digest_of(tiers, plan.digests) if plan.digests else tiers


def stale_datasets(home: Home, datasets: Iterable[str]) -> list[str]:
    """The data sets whose newest extract was refused or set aside, so that an older one stands in."""
    marks = {dataset: read_json(home.state / f"raw/{dataset}.json") for dataset in sorted(datasets)}
    return [dataset for dataset, mark in marks.items() if mark and mark["outcome"]["is_stale"]]


def of_worth(home: Home, region: Region) -> str:
    """The release in force, the actions, how they are valued, and what the demo knows to have come of people."""
    version = home.current.resolve().name
    files = [*(region.root / "actions").glob("*.y*ml"), region.policies / "valuation.csv"]
    truth = [home.truth / "people.parquet", home.truth / "records.parquet"]
    known = sha256_of_files([path for path in (*files, *truth) if path.exists()])
    return digest_of(version, known, digest_of_code("valuation", without=["valuation/blueprint", "valuation/report"]))


def of_blueprint(home: Home, region: Region, brief: Brief | None) -> str:
    """What the night found of value, and everything of the region's files that the blueprint is drawn from.

    Agreements count by what they decide: a night on which none begins or ends changes nothing.
    """
    if brief is None:
        return digest_of("no blueprint")
    governance = sha256_of_files(
        [path for name in ("user_groups", "classifications") for path in (region.root / name).glob("*.y*ml")]
    )
    contracts = {name: contract.digest for name, contract in brief.contracts.items()}
    granted = [[item.group, item.dataset, item.tier] for item in brief.access.decisions if item.is_permitted]
    facts = [asdict(brief.settings), asdict(brief.costs), asdict(brief.rates["people"]), asdict(brief.horizon)]
    code = digest_of_code("valuation/blueprint")
    return digest_of(of_worth(home, region), code, facts, granted, brief.running_days, governance, contracts)
