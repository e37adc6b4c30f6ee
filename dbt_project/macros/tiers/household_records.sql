{# The records of a household: its members' under their number, its home's under 0. From `member` and `household`. #}
{% macro household_records() -%}
member_record as (
    {{ numbered_records('person_id') }}
    where subject = 'person'
),

home_record as (
    {{ numbered_records('uprn') }}
    where subject = 'premises'
),

record as (
    select member.household_id, member.member_no, member_record.* exclude (household_id)
    from member_record
    inner join member on member_record.person_id = member.person_id
    union all by name
    select household.household_id, 0 as member_no, home_record.* exclude (household_id)
    from home_record
    inner join household on home_record.uprn = household.uprn
)
{%- endmacro %}
