{# Standard form of the identity roles that are numbers given by an authority. #}

{% macro clean_nhs_number(column) -%}
    {%- set value = keep_only(drop_decimal_zero(as_text(column)), '0-9') -%}
    {%- set value = null_unless_like(value, '[0-9]{10}') -%}
    {%- set value = null_if_one_digit_repeated(value) -%}
    case when {{ has_nhs_check_digit(value) }} then {{ value }} end
{%- endmacro %}

{# Modulus 11: the first nine digits weigh 10 down to 2, the tenth makes the sum a multiple of 11 (10 is never given). #}
{% macro has_nhs_check_digit(value) -%}
    (
        {%- for place in range(1, 10) %}
        {{ 11 - place }} * cast(substr({{ value }}, {{ place }}, 1) as integer) +
        {%- endfor %}
        cast(substr({{ value }}, 10, 1) as integer)
    ) % 11 = 0
{%- endmacro %}

{# Thirteen characters. The check letter is not verified: many schools' systems pass on numbers with none. #}
{% macro clean_upn(column) -%}
    {%- set value = upper_case(as_text(column)) -%}
    {%- set value = keep_only(value, 'A-Z0-9') -%}
    {{ null_unless_like(value, '[A-Z][0-9]{11}[0-9A-Z]') }}
{%- endmacro %}

{# Eight characters: the suffix A to D says nothing about who it is and is often left out. TN is a temporary number. #}
{% macro clean_nino(column) -%}
    {%- set value = upper_case(as_text(column)) -%}
    {%- set value = keep_only(value, 'A-Z0-9') -%}
    {%- set value = 'left(' ~ null_unless_like(value, '[A-Z]{2}[0-9]{6}[A-D]?') ~ ', 8)' -%}
    case when {{ value }} not like 'TN%' then {{ null_if_one_of(value, nino_placeholders()) }} end
{%- endmacro %}

{# National digits: 0 and nine or ten more. A spreadsheet drops the zero of a mobile number; it is put back. #}
{% macro clean_phone(column) -%}
    {%- set value = keep_only(drop_decimal_zero(as_text(column)), '0-9') -%}
    {%- set value = "regexp_replace(" ~ value ~ ", '^(00440?|440?|0)?([1-9])', '0\\2')" -%}
    {%- set value = null_unless_like(value, '0[1-9][0-9]{8,9}') -%}
    case when substr({{ value }}, 3) <> repeat(substr({{ value }}, 3, 1), length({{ value }}) - 2) then {{ value }} end
{%- endmacro %}

{% macro record_id(dataset, keys) -%}
    md5(concat_ws(chr(31), '{{ dataset }}'{% for key in keys %}, coalesce(cast({{ key }} as varchar), ''){% endfor %}))
{%- endmacro %}
