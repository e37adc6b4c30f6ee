{# One (household, data set): the worst current rating of its members, and members by rating. #}
{% macro household_rag() -%}
with

{{ household_cells() }},

household as (
    select * from {{ ref('household') }}
),

final as (
    select
        household.household_id,
        household.ward_code,
        household.members,
        cells.dataset,
        {{ household_status() }} as status,
        case when cells.members_red > 0 then 'red' when cells.members_amber > 0 then 'amber' when cells.members_green > 0 then 'green' end as rag,
        cells.members_red,
        cells.members_amber,
        cells.members_green
    from cells
    inner join household on cells.household_id = household.household_id
)

select * from final
{%- endmacro %}
