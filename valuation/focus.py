"""The ledger as a FOCUS 1.2 cost and usage file, for the tools that read cloud bills.

Column names, allowed values and which columns are mandatory: FinOps Open Cost and Usage Specification, version 1.2,
https://focus.finops.org. Columns of our own start with `x_`, as it asks. What was billed belongs to `ledger.py`.
"""

from datetime import date
from pathlib import Path

from settings import duck
from settings.errors import UserError
from settings.paths import Home
from valuation.ledger import has_ledger
from valuation.spending import conditions

VERSION = "1.2"
FORMATS = {".csv": "format csv, header", ".parquet": "format parquet"}
# A charge of people is no usage of a metered service: its quantity is in PricingQuantity alone, as FOCUS asks.
# BillingPeriod is the calendar month; a charge counts in the month in which it starts. A correction is called one only
# where the month of what it corrects is over. The price list is `region/costs/rates.csv`: one price for each resource.
EXPORT = """
select
    BilledCost,
    BillingAccountId,
    BillingAccountId as BillingAccountName,
    BillingCurrency,
    date_trunc('month', ChargePeriodStart) + interval 1 month as BillingPeriodEnd,
    date_trunc('month', ChargePeriodStart)::timestamp as BillingPeriodStart,
    ChargeCategory,
    case
        when date_trunc('month', ChargePeriodStart) > date_trunc('month', first_start) then ChargeClass
    end as ChargeClass,
    ChargeDescription,
    case
        when ChargeCategory = 'Usage' then 'Usage-Based'
        when resource = 'running' then 'Recurring'
        else 'One-Time'
    end as ChargeFrequency,
    ChargePeriodEnd,
    ChargePeriodStart,
    case when ChargeCategory = 'Usage' then ConsumedQuantity end as ConsumedQuantity,
    case when ChargeCategory = 'Usage' then unit.focus end as ConsumedUnit,
    BilledCost as ContractedCost,
    ListUnitPrice as ContractedUnitPrice,
    BilledCost as EffectiveCost,
    BillingAccountId as InvoiceIssuerName,
    BilledCost as ListCost,
    ListUnitPrice,
    'Standard' as PricingCategory,
    ConsumedQuantity as PricingQuantity,
    unit.focus as PricingUnit,
    BillingAccountId as ProviderName,
    BillingAccountId as PublisherName,
    ResourceId,
    ResourceId as ResourceName,
    'Asset' as ResourceType,
    unit.category as ServiceCategory,
    unit.service as ServiceName,
    'Other (' || unit.category || ')' as ServiceSubcategory,
    ResourceType as SkuId,
    unit.service as SkuMeter,
    null::varchar as SkuPriceDetails,
    ResourceType as SkuPriceId,
    json_object('layer', split_part(asset_key, '/', 1)) as Tags,
    resource as x_Resource,
    rows as x_Rows,
    run_id as x_RunId
from (
    select *, min(ChargePeriodStart) over (
        partition by regexp_extract(run_id, '^declared:[^:]*:[^:]*'), asset_key, resource
    ) as first_start
    from economics.cost_entry
) as cost_entry
inner join (
    values
    ('CPU-second', 'CPU-Seconds', 'Compute', 'Processors'),
    ('GB-hour', 'GB-Hours', 'Compute', 'Memory'),
    ('GB-month', 'GB-Months', 'Storage', 'Storage'),
    ('person-day', 'Person-Days', 'Other', 'People')
) as unit (ours, focus, category, service) on ConsumedUnit = unit.ours
where {where}
order by ChargePeriodStart, run_id, asset_key, resource"""
COLUMNS_OF_TIME = ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd")
ISO_8601 = "%Y-%m-%dT%H:%M:%SZ"


def export(
    home: Home, path: Path, *, asset: str | None = None, run: str | None = None, since: date | str | None = None
) -> int:
    """Write the ledger's lines to `path`, a .csv or .parquet file, and return how many. Times are UTC.

    asset, run and since choose lines as in `spending.summary`. Raises UserError for another kind of file, and where
    nothing was ever recorded.
    """
    if path.suffix not in FORMATS:
        raise UserError(f"{path.name} is no .csv or .parquet file", ["give the file one of these endings"])
    if not has_ledger(home):
        raise UserError("There is no ledger yet", ["run `mvld run` first"])
    where, values = conditions(asset=asset, run=run, since=since)
    lines = EXPORT.format(where=where)
    if path.suffix == ".csv":
        times = ", ".join(f"strftime({name}, '{ISO_8601}') as {name}" for name in COLUMNS_OF_TIME)
        lines = f"select * replace ({times}) from ({lines})"
    unfinished = path.with_name(f".{path.name}.part")
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        copied = f"copy ({lines}) to {duck.quoted(unfinished)} ({FORMATS[path.suffix]})"
        (count,) = connection.execute(copied, values).fetchone()
    unfinished.replace(path)
    return int(count)
