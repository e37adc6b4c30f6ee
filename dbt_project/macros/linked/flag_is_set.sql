{# Partners write a flag as a boolean or as words; anything else that is not empty means no. #}
{% macro flag_is_set(measure) -%}
    {%- if measure.is_boolean -%}
        "{{ measure.measure }}"
    {%- else -%}
        (lower(cast("{{ measure.measure }}" as varchar)) in ('y', 'yes', 'true', 't', '1'))
    {%- endif -%}
{%- endmacro %}

{% macro measure_date(measure) -%}
    {%- if measure.kind == 'date' -%}
        cast("{{ measure.measure }}" as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro %}
