{# The named steps of which every cleaning is a list. Each takes SQL text and gives SQL text. #}

{% macro as_text(value) -%} cast({{ value }} as varchar) {%- endmacro %}

{% macro upper_case(value) -%} upper({{ value }}) {%- endmacro %}

{% macro fold_accents(value) -%} translate(strip_accents(replace({{ value }}, 'ß', 'ss')), 'ØŁĐøłđ’‘`´', 'OLDold''''''''') {%- endmacro %}

{% macro keep_only(value, characters) -%} regexp_replace({{ value }}, '[^{{ characters }}]', '', 'g') {%- endmacro %}

{% macro spaces_for_others(value, characters) -%}
    regexp_replace({{ value }}, '[^{{ characters }}]+', ' ', 'g')
{%- endmacro %}

{% macro squeeze_spaces(value) -%} trim(regexp_replace({{ value }}, '\s+', ' ', 'g')) {%- endmacro %}

{% macro drop_leading_zeros(value) -%} ltrim({{ value }}, '0') {%- endmacro %}

{% macro drop_decimal_zero(value) -%} regexp_replace({{ value }}, '\.0+$', '') {%- endmacro %}

{% macro empty_to_null(value) -%} nullif({{ value }}, '') {%- endmacro %}

{% macro null_unless_like(value, pattern) -%}
    nullif(regexp_extract({{ value }}, '^(?:{{ pattern }})$'), '')
{%- endmacro %}

{% macro null_if_one_of(value, placeholders) -%}
    case when {{ value }} not in ('{{ placeholders | join("', '") }}') then {{ value }} end
{%- endmacro %}

{% macro null_if_one_digit_repeated(value) -%}
    case when replace({{ value }}, left({{ value }}, 1), '') <> '' then {{ value }} end
{%- endmacro %}
