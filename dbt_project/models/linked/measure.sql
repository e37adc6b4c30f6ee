with

{%- set columns = {
    'record_id': 'varchar', 'measure': 'varchar', 'kind': 'varchar', 'counts_people': 'boolean', 'code': 'varchar', 'value': 'double',
    'value_date': 'date'
} %}
{%- set contents = [] %}
{%- for dataset in region_datasets() %}{% for measure in dataset.measures %}{% do contents.append((dataset.dataset, measure)) %}{% endfor %}{% endfor %}

record as (
    select * from {{ ref('record') }}
),

contents as (
    {% for dataset, measure in contents %}
    select
        record_id,
        '{{ measure.measure }}' as measure,
        '{{ measure.kind }}' as kind,
        {{ measure.counts_people }} as counts_people,
        {{ measure_code(measure) }} as code,
        {{ measure_value(measure) }} as value,
        {{ measure_date(measure) }} as value_date
    from {{ ref('stg_' ~ dataset) }}
    where "{{ measure.measure }}" is not null
    {{ 'union all' if not loop.last }}
    {% else %}
    {{ no_rows(columns) }}
    {% endfor %}
),

joined as (
    select
        record.record_id,
        record.dataset,
        record.subject,
        record.person_id,
        record.household_id,
        record.uprn,
        record.ward_code,
        contents.measure,
        contents.kind,
        contents.counts_people,
        contents.code,
        contents.value,
        contents.value_date,
        record.rag,
        record.status,
        record.valid_from,
        record.valid_to,
        record.last_contact_date,
        case record.subject when 'person' then record.person_id when 'premises' then record.uprn else record.ward_code end as subject_id
    from contents
    inner join record on contents.record_id = record.record_id
),

-- one latest record of each subject and measure: current before historic, then the last seen
final as (
    select
        * exclude (subject_id),
        row_number() over (
            partition by subject_id, dataset, measure
            order by status, last_contact_date desc, record_id
        ) = 1 and subject_id is not null as is_latest
    from joined
)

select * from final
