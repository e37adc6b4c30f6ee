{# One (person, data set): whether the service knows them. #}
{% macro person_known_to() -%}
with

{{ person_cells() }},

final as (
    select
        person_id,
        age_band,
        sex,
        ward_code,
        dataset,
        status,
        {{ month_of('last_contact_date') }} as last_contact_month,
        case when last_contact_date is not null then lead_service end as lead_service
    from cells
)

select * from final
{%- endmacro %}
