{# One (person, data set, measure): the latest current content, their own or their home's. #}
{% macro codes_of_people() -%}
    {%- set content = 'measure.dataset, measure.measure, measure.kind, measure.code, measure.value' -%}
    {%- set person = 'person.person_id, person.household_id, person.age_band, person.sex, person.usrn, person.postcode, person.ward_code' -%}
    select {{ person }}, {{ content }}
    from {{ ref('measure') }} as measure
    inner join {{ ref('person') }} as person on measure.person_id = person.person_id
    where measure.subject = 'person' and measure.is_latest and measure.status = 'current' and measure.code is not null
    union all
    select {{ person }}, {{ content }}
    from {{ ref('measure') }} as measure
    inner join {{ ref('person') }} as person on measure.uprn = person.uprn
    where measure.subject = 'premises' and measure.is_latest and measure.status = 'current' and measure.code is not null
{%- endmacro %}
