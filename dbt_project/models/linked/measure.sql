with

{%- set columns = {
    'record_id': 'varchar', 'dataset': 'varchar', 'subject': 'varchar', 'person_id': 'varchar', 'household_id': 'varchar', 'uprn': 'varchar',
    'ward_code': 'varchar', 'measure': 'varchar', 'kind': 'varchar', 'counts_people': 'boolean', 'code': 'varchar', 'value': 'double',
    'value_date': 'date', 'rag': 'varchar', 'status': 'varchar', 'valid_from': 'date', 'valid_to': 'date', 'last_contact_date': 'date',
    'is_latest': 'boolean'
} %}
{%- set measured = region_datasets() | selectattr('measures') | list %}

record as (
    select * from {{ ref('record') }}
),

{% for dataset in measured %}
{{ dataset.dataset }} as (
    select
        record.*,
        {% for measure in dataset.measures -%}
        stg."{{ measure.measure }}"{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_' ~ dataset.dataset) }} as stg
    inner join record on stg.record_id = record.record_id
    where record.dataset = '{{ dataset.dataset }}'
),
{% endfor %}

final as (
    {% for dataset in measured %}
    {%- set subject_id = {'person': 'person_id', 'premises': 'uprn', 'ward': 'ward_code'}[dataset.subject] %}
    {%- set last_dataset = loop.last %}
    {%- for measure in dataset.measures %}
    select
        record_id,
        dataset,
        subject,
        person_id,
        household_id,
        uprn,
        ward_code,
        '{{ measure.measure }}' as measure,
        '{{ measure.kind }}' as kind,
        {{ measure.counts_people }} as counts_people,
        {{ measure_code(measure) }} as code,
        {{ measure_value(measure) }} as value,
        {{ measure_date(measure) }} as value_date,
        rag,
        status,
        valid_from,
        valid_to,
        last_contact_date,
        {{ subject_id }} is not null and recency_no = min(recency_no) over (partition by {{ subject_id }}) as is_latest
    from {{ dataset.dataset }}
    where "{{ measure.measure }}" is not null
    {{ 'union all' if not (loop.last and last_dataset) }}
    {%- endfor %}
    {% else %}
    {{ no_rows(columns) }}
    {% endfor %}
)

select * from final
