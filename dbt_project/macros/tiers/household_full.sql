{# One (household, member, record, measure): the records of all members; member 0 is the home itself. #}
{% macro household_full() -%}
with

member as (
    select
        *,
        cast(row_number() over (partition by household_id order by person_id) as integer) as member_no
    from {{ ref('person') }}
    where household_id is not null
),

household as (
    select * from {{ ref('household') }}
),

{{ household_records() }},

measure as (
    select * from {{ ref('measure') }}
),

final as (
    select
        household.household_id,
        household.ward_code,
        household.members,
        record.member_no,
        {{ record_content() }}
    from record
    inner join household on record.household_id = household.household_id
    left join measure on record.record_id = measure.record_id
)

select * from final
{%- endmacro %}
