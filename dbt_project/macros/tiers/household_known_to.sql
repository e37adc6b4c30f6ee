{# One (household, data set): whether the service knows any member, and how many. #}
{% macro household_known_to() -%}
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
        cells.members_current,
        cells.members_historic,
        {{ month_of('cells.last_contact_date') }} as last_contact_month,
        case when cells.last_contact_date is not null then cells.lead_service end as lead_service
    from cells
    inner join household on cells.household_id = household.household_id
)

select * from final
{%- endmacro %}
