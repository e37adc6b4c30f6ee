{# Disclosure control of the place tiers. Two steps, both here: whom a count counts (`times_counted`), and what of the
   count is released (`released`). Why this is enough: docs/disclosure.md. #}

{# The rules of a level, one a data set. Left joined by data set as `rule`: no rule, no release. #}
{% macro disclosure_rules(level) -%}
rule as (
    select * from {{ ref('disclosure_rule') }}
    where level = '{{ level }}'
)
{%- endmacro %}

{# How often a person counts among those whom a data set knows: 0, 1 or 2 times, once on average. It hangs on the person
   and the data set alone, so that all levels, details, nights and groups count the same people. Everything released is
   made of these counts and of nothing else about people: what cannot be told from them cannot be told at all. #}
{% macro times_counted(person_id, dataset, left_out_share) -%}
    {%- set draw = "md5_number_lower(" ~ person_id ~ " || '|' || " ~ dataset ~ ") / 18446744073709551616.0" -%}
    1 + cast({{ draw }} >= 1 - coalesce({{ left_out_share }}, 0) as integer) - cast({{ draw }} < coalesce({{ left_out_share }}, 0) as integer)
{%- endmacro %}

{# Why a count is not released; null where it is. #}
{% macro suppression_reason(count, is_covered='true') -%}
    case
        when {{ count }} is null then 'not_counted'
        when rule.threshold is null then 'no_rule'
        when {{ count }} <= rule.threshold and not {{ is_covered }} then 'not_covered'
        when {{ count }} = 0 and rule.zero_released then null
        when {{ count }} <= rule.threshold then 'below_threshold'
    end
{%- endmacro %}

{# The count as released: rounded to the nearest multiple, or null with a reason. #}
{% macro released_count(count, is_covered='true') -%}
    case
        when {{ suppression_reason(count, is_covered) }} is null
            then cast(round({{ count }} / rule.rounding) * rule.rounding as integer)
    end
{%- endmacro %}

{# Both columns of a count, under the name it is released by. #}
{% macro released(name, is_covered='true', count=none) -%}
    {{ released_count(count or name, is_covered) }} as {{ name }},
        {{ suppression_reason(count or name, is_covered) }} as {{ name }}_reason
{%- endmacro %}

{# A mean or quartile to two significant figures: a quartile is somebody's own value. #}
{% macro two_figures(value) -%}
    case
        when {{ value }} = 0 then 0.0
        else round({{ value }}, 1 - cast(floor(log10(abs({{ value }}))) as integer))
    end
{%- endmacro %}
