"""Trained models on disk: every version is kept, one is in use. Training itself is `train.py`.

`<home>/identity/linkage/models/<version>/` holds model.json (Splink settings: shares and rules, no values), the frozen
frequencies (Parquet; they hold values, so they stay in the identity store) and about.json (counts). A version's name is
the date by which it was trained and a digest of its content: the same records give the same version.
`in_use.json` beside them says which version nights use, and who adopted it and when.
"""

import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkage import steps, store
from linkage.frequencies import count_frequencies, forget_values, write_frequencies
from linkage.policy import LinkagePolicy
from linkage.prepare import prepare_forms, prepare_records
from linkage.train import train
from settings.errors import UserError
from settings.files import read_json, restricted_folder, sha256_of_files, write_atomically, write_json
from settings.paths import Home

FIRST_NIGHT = "the first night"  # adopts what it trained, as there is nothing to compare it with


@dataclass(frozen=True)
class ModelVersion:
    """One trained model. `code`: the digest of the modules that it was made with."""

    version: str
    trained_as_of: str
    records: int
    comparisons: int
    probability_two_random_records_match: float
    code: str


@dataclass(frozen=True)
class InUse:
    """Which version nights use, since when (UTC, ISO), by whose word, and which one it took the place of."""

    version: str
    adopted_by: str
    adopted_at: str
    previous: str | None = None


def models_folder(home: Home) -> Path:
    """Where all versions are."""
    return home.identity / "linkage" / "models"


def version_folder(home: Home, version: str) -> Path:
    """Where one version is."""
    return models_folder(home) / version


def report_folder(home: Home, version: str) -> Path:
    """Where a version's training report is: shares, counts and charts, no values."""
    return home.reports / "linkage" / "models" / version


def list_versions(home: Home) -> list[ModelVersion]:
    """All versions, the oldest first."""
    found = [read_json(path) for path in models_folder(home).glob("*/about.json")]
    return sorted((ModelVersion(**about) for about in found if about), key=lambda one: (one.trained_as_of, one.version))


def find_version(home: Home, version: str) -> ModelVersion:
    """The version of that name. Raises UserError where there is none."""
    about = read_json(version_folder(home, version) / "about.json")
    if about is None:
        known = ", ".join(one.version for one in list_versions(home)) or "none yet; run `mvld model train`"
        raise UserError(f"there is no model version '{version}'", [f"versions: {known}"])
    return ModelVersion(**about)


def read_settings(home: Home, version: str) -> dict[str, Any]:
    """The Splink settings of a version."""
    settings: dict[str, Any] = read_json(version_folder(home, version) / "model.json") or {}
    return settings


def in_use(home: Home) -> InUse | None:
    """The version that nights use; None before the first night."""
    found = read_json(models_folder(home) / "in_use.json")
    return InUse(**found[-1]) if found else None


def need_in_use(home: Home) -> InUse:
    """The version that nights use. Raises UserError where there is none."""
    used = in_use(home)
    if used is None:
        raise UserError("there is no model yet", ["run `mvld run`, or `mvld model train` and adopt what it trained"])
    return used


def adopt(home: Home, version: str, *, by: str) -> InUse:
    """Use `version` from the next night on; who and when is kept with all adoptions before it."""
    find_version(home, version)
    path = models_folder(home) / "in_use.json"
    adoptions = read_json(path) or []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    used = InUse(version, by, now, adoptions[-1]["version"] if adoptions else None)
    write_json(path, [*adoptions, asdict(used)])
    for chart in report_folder(home, version).glob("*.html"):  # the linkage report shows those of the model in use
        write_atomically(home.reports / "linkage" / chart.name, chart.read_bytes())
    return used


def train_version(home: Home, *, policy: LinkagePolicy, as_of: str) -> ModelVersion:
    """Train on tonight's records and keep the result as a version, not in use until it is adopted.

    Its training report is written to `report_folder`.
    """
    with store.open_work(home, read_only=True) as work:
        work.execute(f"create table person_records as select * from {store.STORE}.identity.person_records")
        prepared = prepare_records(
            work, max_block_size=policy.max_block_size, max_loose_block_size=policy.max_loose_block_size
        )
        settings = train(work, prepared, policy=policy)
        count_frequencies(work, settings)
        shutil.rmtree(models_folder(home) / "being_written", ignore_errors=True)
        draft = restricted_folder(models_folder(home) / "being_written")
        write_json(draft / "model.json", settings)
        write_frequencies(work, settings, draft)
        digest = sha256_of_files(list(draft.iterdir()))
        made = ModelVersion(
            version=f"{as_of}-{digest[:8]}",
            trained_as_of=as_of,
            records=prepared.records,
            comparisons=len(settings["comparisons"]),
            probability_two_random_records_match=settings.get("probability_two_random_records_match", 0.0),
            code=model_code(),
        )
        write_json(draft / "about.json", asdict(made))
        folder = version_folder(home, made.version)
        shutil.rmtree(folder, ignore_errors=True)  # the same content, of an earlier training on the same records
        draft.rename(folder)
        _write_report(work, prepared, settings, made, report_folder(home, made.version))
    return made


def forget_lost_values(home: Home) -> None:
    """Take out of all versions' frequencies the names, birth dates and postcodes that no record has any more."""
    with store.open_work(home, read_only=True) as work:
        work.execute(f"create table person_records as select * from {store.STORE}.identity.person_records")
        prepare_forms(work)
        for version in list_versions(home):
            forget_values(work, read_settings(home, version.version), version_folder(home, version.version))


def model_code() -> str:
    """A digest of the modules that say what a model compares."""
    return steps.code_digest("prepare.py", "comparisons.py", "comparison_parts.py", "model.py", "nicknames.csv")


def _write_report(work: Any, prepared: Any, settings: dict[str, Any], made: ModelVersion, folder: Path) -> None:
    from linkage.report.charts import write_charts

    write_json(folder / "training.json", asdict(made) | {"shares": _shares(settings)})
    write_charts(work, prepared, settings, folder)


def _shares(settings: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """Comparison -> level -> m and u probability."""
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: {"m": level.get("m_probability"), "u": level.get("u_probability")}
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in settings["comparisons"]
    }


def ensure_model(home: Home, *, policy: LinkagePolicy, as_of: str) -> tuple[InUse, bool]:
    """The version in use, and whether it was trained just now: on the very first night there is none.

    A model of no comparison or fewer than two records learnt nothing, and counts as none.
    """
    if (used := in_use(home)) and (one := find_version(home, used.version)).comparisons and one.records > 1:
        return used, False
    made = train_version(home, policy=policy, as_of=as_of)
    return adopt(home, made.version, by=FIRST_NIGHT), True
