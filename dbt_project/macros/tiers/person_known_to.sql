{# One (person, data set): whether the service knows them. #}
{% macro person_known_to() -%}
{% call person_tier() %}
        {{ month_of('last_contact_date') }} as last_contact_month,
        case when last_contact_date is not null then lead_service end as lead_service
{% endcall %}
{%- endmacro %}
