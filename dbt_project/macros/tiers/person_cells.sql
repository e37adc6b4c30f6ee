{# Every person beside every data set about people, with what is known. #}
{% macro person_cells() -%}
person as (
    select * from {{ ref('person') }}
),

dataset as (
    select * from {{ ref('dataset') }}
    where subject in {{ subjects_at('person') }}
),

known as (
    select * from {{ ref('person_dataset') }}
    where subject in {{ subjects_at('person') }}
),

cells as (
    select
        person.*,
        dataset.dataset,
        dataset.lead_service,
        known.last_contact_date,
        known.rag,
        known.rag_date,
        coalesce(known.status, case when {{ is_covered('person', 'dataset') }} then 'none' else 'not_covered' end) as status
    from person
    cross join dataset
    left join known on person.person_id = known.person_id and dataset.dataset = known.dataset
)
{%- endmacro %}

{# A tier of one row per person cell: the columns that every such tier has, then the caller's. #}
{% macro person_tier() -%}
with

{{ person_cells() }},

final as (
    select
        person_id,
        age_band,
        sex,
        ward_code,
        dataset,
        status,
        {{ caller() | trim }}
    from cells
)

select * from final
{%- endmacro %}
