{# A fact of the region as an SQL literal. #}
{% macro text_literal(value) -%}
    {%- if value is none -%}
        cast(null as varchar)
    {%- else -%}
        '{{ value | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}

{% macro number_literal(value, type) -%}
    cast({{ 'null' if value is none else value }} as {{ type }})
{%- endmacro %}

{% macro date_literal(value) -%}
    cast({{ 'null' if value is none else "'" ~ value ~ "'" }} as date)
{%- endmacro %}
