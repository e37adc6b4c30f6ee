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

{# The same for the counts of a place: a row for each time that the person counts. From `rule`. #}
{% macro counted_codes(level) -%}
    select held.*, coalesce(rule.dominance_people, 1) as dominance_people
    from ({{ codes_of_people() }}) as held
    left join rule on held.dataset = rule.dataset
    inner join (values (1), (2)) as copy (copy_no)
        on copy.copy_no <= {{ times_counted('held.person_id', 'held.dataset', 'rule.left_out_share') }}
    where held.{{ place_column(level) }} is not null
{%- endmacro %}
