{# Standard form of each identity role that is words: a list of named steps, read from top to bottom. #}

{% macro clean_name(column) -%}
    {%- set value = as_text(column) -%}
    {%- set value = fold_accents(value) -%}
    {%- set value = upper_case(value) -%}
    {%- set value = keep_only(value, "A-Z ''\\-") -%}
    {%- set value = squeeze_spaces(value) -%}
    {%- set value = empty_to_null(value) -%}
    {{ null_if_one_of(value, name_placeholders()) }}
{%- endmacro %}

{% macro clean_address(column) -%}
    {%- set value = as_text(column) -%}
    {%- set value = fold_accents(value) -%}
    {%- set value = upper_case(value) -%}
    {%- set value = spaces_for_others(value, 'A-Z0-9') -%}
    {%- set value = squeeze_spaces(value) -%}
    {{ empty_to_null(value) }}
{%- endmacro %}

{% macro clean_sex(column) -%}
    case
        when upper({{ as_text(column) }}) in ('F', 'FEMALE', '2', 'W', 'WOMAN', 'GIRL') then 'F'
        when upper({{ as_text(column) }}) in ('M', 'MALE', '1', 'MAN', 'BOY') then 'M'
    end
{%- endmacro %}

{% macro clean_birth_date(column) -%}
    {%- set value = 'try_cast(' ~ column ~ ' as date)' -%}
    case
        when {{ value }} <= {{ as_of() }}
            and cast({{ value }} as varchar) not in ('{{ birth_date_placeholders() | join("', '") }}')
            then {{ value }}
    end
{%- endmacro %}

{% macro clean_email(column) -%}
    {%- set value = 'lower(' ~ as_text(column) ~ ')' -%}
    {%- set value = keep_only(value, '!-~') -%}
    {%- set value = null_unless_like(value, '[^@]+@[^@]+\\.[^@.]+') -%}
    case when split_part({{ value }}, '@', 1) not in ('{{ email_placeholders() | join("', '") }}') then {{ value }} end
{%- endmacro %}
