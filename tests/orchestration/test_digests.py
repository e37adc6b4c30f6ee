"""What a stage may be skipped for: who is who by linkage is part of what the tiers are made from."""

from pathlib import Path

from orchestration import digests
from settings import duck
from settings.paths import REPOSITORY, Home, Region

REGION = Region(REPOSITORY / "region")


def _linked(home: Home, fingerprint: str) -> None:
    with duck.connect(home.identity_db) as connection:
        connection.execute("create schema if not exists linkage")
        connection.execute(
            "create or replace table linkage.step as select 'households' as step, ? as fingerprint, '{}' as counts",
            [fingerprint],
        )


def test_a_clerks_decision_alone_is_reason_to_build_the_tiers_again_but_not_staging(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def both() -> tuple[str, str]:
        return (
            digests.of_facts(home, REGION, ["gp_register"], as_of="2026-06-01"),
            digests.of_tiers(home, REGION, ["gp_register"], as_of="2026-06-01"),
        )

    facts_before_any, _ = both()
    _linked(home, "as found")
    facts, tiers = both()
    assert both() == (facts, tiers)
    _linked(home, "as a clerk decided")
    facts_after, tiers_after = both()
    assert facts_before_any == facts == facts_after
    assert tiers != tiers_after
