{# One (person, data set, measure): the code of the latest current record. #}
{% macro person_coded() -%}
with

person as (
    select * from {{ ref('person') }}
),

measure as (
    select * from {{ ref('measure') }}
    where subject in {{ subjects_at('person') }} and is_latest and status = 'current' and code is not null
),

final as (
    select
        person.person_id,
        person.age_band,
        person.sex,
        person.ward_code,
        measure.dataset,
        measure.measure,
        measure.code,
        {{ month_of('measure.last_contact_date') }} as code_month
    from measure
    inner join person on measure.person_id = person.person_id
)

select * from final
{%- endmacro %}
