{# One (person, data set): the worst current rating and its month. #}
{% macro person_rag() -%}
{% call person_tier() %}
        rag,
        {{ month_of('rag_date') }} as rag_month
{% endcall %}
{%- endmacro %}
