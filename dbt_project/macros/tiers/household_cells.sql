{# Every household beside every data set about people or premises, with what is known of its members. #}
{% macro household_cells() -%}
cells as (
    select
        person.household_id,
        dataset.dataset,
        any_value(dataset.lead_service) as lead_service,
        bool_or({{ is_covered('person', 'dataset') }} and (dataset.subject = 'person' or person.uprn is not null)) as has_covered,
        cast(count(*) filter (where known.status = 'current') as integer) as members_current,
        cast(count(*) filter (where known.status = 'historic') as integer) as members_historic,
        cast(count(*) filter (where known.rag = 'red') as integer) as members_red,
        cast(count(*) filter (where known.rag = 'amber') as integer) as members_amber,
        cast(count(*) filter (where known.rag = 'green') as integer) as members_green,
        max(known.last_contact_date) as last_contact_date
    from {{ ref('person') }} as person
    cross join {{ ref('dataset') }} as dataset
    left join {{ ref('person_dataset') }} as known
        on person.person_id = known.person_id and dataset.dataset = known.dataset
    where person.household_id is not null and dataset.subject in {{ subjects_at('household') }}
    group by person.household_id, dataset.dataset
)
{%- endmacro %}

{# A tier of one row per household cell: the columns that every such tier has, then the caller's. #}
{% macro household_tier() -%}
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
        {{ caller() | trim }}
    from cells
    inner join household on cells.household_id = household.household_id
)

select * from final
{%- endmacro %}

{% macro household_status() -%}
    case
        when cells.members_current > 0 then 'current'
        when cells.members_historic > 0 then 'historic'
        when cells.has_covered then 'none'
        else 'not_covered'
    end
{%- endmacro %}
