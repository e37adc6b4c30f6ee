{# Standard form of the identity roles that are places. #}

{% macro clean_postcode(column) -%}
    {%- set value = as_text(column) -%}
    {%- set value = upper_case(value) -%}
    {%- set value = keep_only(value, 'A-Z0-9') -%}
    {%- set value = null_unless_like(value, '[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}') -%}
    {#- ZZ99 is the NHS's "no fixed abode" and "abroad": it is nobody's address -#}
    case when {{ value }} not like 'ZZ99%' then {{ value }}[:-4] || ' ' || {{ value }}[-3:] end
{%- endmacro %}

{% macro clean_uprn(column) -%}
    {%- set value = as_text(column) -%}
    {%- set value = drop_decimal_zero(value) -%}
    {%- set value = keep_only(value, '0-9') -%}
    {%- set value = drop_leading_zeros(value) -%}
    {{ null_unless_like(value, '[0-9]{1,12}') }}
{%- endmacro %}

{% macro clean_ward_code(column) -%}
    {%- set value = as_text(column) -%}
    {%- set value = upper_case(value) -%}
    {%- set value = squeeze_spaces(value) -%}
    {{ empty_to_null(value) }}
{%- endmacro %}
