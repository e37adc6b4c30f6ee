{# One (household, data set): whether the service knows any member, and how many. #}
{% macro household_known_to() -%}
{% call household_tier() %}
        cells.members_current,
        cells.members_historic,
        {{ month_of('cells.last_contact_date') }} as last_contact_month,
        case when cells.last_contact_date is not null then cells.lead_service end as lead_service
{% endcall %}
{%- endmacro %}
