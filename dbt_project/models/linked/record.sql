with

{%- set columns = {
    'record_id': 'varchar', 'dataset': 'varchar', 'subject': 'varchar', 'own_uprn': 'varchar', 'own_ward_code': 'varchar',
    'valid_from': 'date', 'valid_to': 'date', 'event_date': 'date', 'extract_date': 'date', 'rag': 'varchar', 'is_event': 'boolean'
} %}

persons as (
    select * from {{ source('linkage', 'persons') }}
),

opted_out as (
    select * from {{ source('rights', 'opted_out') }}
),

person as (
    select * from {{ ref('person') }}
),

household as (
    select
        uprn,
        min(household_id) as household_id,
        min(ward_code) as ward_code
    from {{ ref('household') }}
    where uprn is not null
    group by uprn
),

property as (
    select * from {{ source('geography', 'uprn') }}
),

records as (
    {% for dataset in region_datasets() %}
    select
        record_id,
        '{{ dataset.dataset }}' as dataset,
        '{{ dataset.subject }}' as subject,
        {{ 'uprn' if dataset.subject == 'premises' else 'cast(null as varchar)' }} as own_uprn,
        {{ 'ward_code' if dataset.subject == 'ward' else 'cast(null as varchar)' }} as own_ward_code,
        {{ first_day(dataset) }} as valid_from,
        {{ role_or_null(dataset.period, 'valid_to', 'date') }} as valid_to,
        {{ role_or_null(dataset.period, 'event_date', 'date') }} as event_date,
        extract_date,
        rag,
        {{ 'event_date' in dataset.period and 'valid_from' not in dataset.period }} as is_event
    from {{ ref('stg_' ~ dataset.dataset) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    {{ no_rows(columns) }}
    {% endfor %}
),

-- the number is looked up once, not once a record
judged as (
    select
        records.*,
        {{ record_status('is_event') }} as status,
        {{ last_seen_date() }} as last_contact_date
    from records
    cross join (select {{ policy_setting('event_current_days') }} as event_current_days) as setting
    where {{ has_begun() }}
),

final as (
    select
        judged.record_id,
        judged.dataset,
        judged.subject,
        persons.person_id,
        coalesce(judged.own_uprn, person.uprn) as uprn,
        coalesce(person.household_id, household.household_id) as household_id,
        coalesce(judged.own_ward_code, person.ward_code, property.ward_code, household.ward_code) as ward_code,
        judged.status,
        judged.valid_from,
        judged.valid_to,
        judged.event_date,
        judged.last_contact_date,
        judged.rag,
        {{ recency_no('judged') }} as recency_no
    from judged
    left join persons on judged.record_id = persons.record_id
    left join person on persons.person_id = person.person_id
    left join household on judged.own_uprn = household.uprn
    left join property on judged.own_uprn = property.uprn
    left join opted_out on persons.person_id = opted_out.person_id and judged.dataset = opted_out.dataset
    where opted_out.person_id is null
)

select * from final
