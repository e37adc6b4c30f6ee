"""When the job runs: every night at 02:00 in London, and when new files have come to rest in the landing folder."""

import dagster as dg

from orchestration import installation
from orchestration.landing_watch import listing_digest, settled

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description=(
        "Partner files to published tiers and shares, what they cost and are worth, the blueprint and the board's "
        "report. One run at a time; a failure leaves the last release."
    ),
    executor_def=dg.in_process_executor,
)

every_night = dg.ScheduleDefinition(
    name="every_night_at_two",
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The job `nightly`, every night while the UI or `dagster-daemon` is up.",
)


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Runs the job when files in the landing folder changed and then stayed the same for two looks.",
)
def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for a run once the landing folder differs from the last look that led to one, and has stopped changing."""
    cursor, ready = settled(context.cursor, listing_digest(installation.home().landing))
    requests = [dg.RunRequest(run_key=ready)] if ready else []
    return dg.SensorResult(run_requests=requests, cursor=cursor)
