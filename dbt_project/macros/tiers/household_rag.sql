{# One (household, data set): the worst current rating of its members, and members by rating. #}
{% macro household_rag() -%}
{% call household_tier() %}
        case when cells.members_red > 0 then 'red' when cells.members_amber > 0 then 'amber' when cells.members_green > 0 then 'green' end as rag,
        cells.members_red,
        cells.members_amber,
        cells.members_green
{% endcall %}
{%- endmacro %}
