{# One (person, record, measure): every record with all its shared content. #}
{% macro person_full() -%}
with

person as (
    select * from {{ ref('person') }}
),

record as (
    {{ numbered_records('person_id') }}
    where subject in {{ subjects_at('person') }}
),

measure as (
    select * from {{ ref('measure') }}
),

final as (
    select
        person.person_id,
        person.age_band,
        person.sex,
        person.ward_code,
        {{ record_content() }}
    from record
    inner join person on record.person_id = person.person_id
    left join measure on record.record_id = measure.record_id
)

select * from final
{%- endmacro %}
