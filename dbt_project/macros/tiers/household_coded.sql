{# One (household, data set, measure, code): how many members hold the code now. #}
{% macro household_coded() -%}
with

household as (
    select * from {{ ref('household') }}
),

coded as (
    {{ codes_of_people() }}
),

final as (
    select
        household.household_id,
        household.ward_code,
        household.members,
        coded.dataset,
        coded.measure,
        coded.code,
        cast(count(*) as integer) as members_with_code
    from coded
    inner join household on coded.household_id = household.household_id
    group by all
)

select * from final
{%- endmacro %}
