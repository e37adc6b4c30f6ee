{# Disclosure control of the place tiers: whom a count counts (`times_counted`), what of the count is released
   (`released`), and what is withheld for the sake of other counts (`is_complementary`; chosen in sharing/guard.py).
   Why this is enough: docs/disclosure.md. #}

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

{# Whether a count is withheld for the sake of others. row: what tells the count from others of the tier, beside its name. #}
{% macro is_complementary(tier, row, name='people') -%}
    {%- set columns = ['place_code', 'dataset', 'measure', 'code', 'age_band', 'sex'][:row | length] -%}
    row({{ row | join(', ') }}) in (
            select row({{ columns | join(', ') }}) from {{ ref('complementary') }} where tier = '{{ tier }}' and name = '{{ name }}'
        )
{%- endmacro %}

{# Residents are counted once for all data sets. #}
{% macro living_is_complementary(level) -%}
    {{ is_complementary(level ~ '_known_to', ['cells.place_code', "'people living'"], 'people_living') }}
{%- endmacro %}

{# Why a count is not released; null where it is. is_withheld: for the sake of others; says nothing of the count's size. #}
{% macro suppression_reason(count, is_covered='true', is_withheld='false') -%}
    case
        when {{ count }} is null then 'not_counted'
        when rule.threshold is null then 'no_rule'
        {%- if is_withheld != 'false' %}
        when {{ is_withheld }} then 'complementary'
        {%- endif %}
        when {{ count }} <= rule.threshold and not {{ is_covered }} then 'not_covered'
        when {{ count }} = 0 and rule.zero_released then null
        when {{ count }} <= rule.threshold then 'below_threshold'
    end
{%- endmacro %}

{# The count as released: rounded to the nearest multiple, or null with a reason. #}
{% macro released_count(count, is_covered='true', is_withheld='false') -%}
    case
        when {{ suppression_reason(count, is_covered, is_withheld) }} is null
            then cast(round({{ count }} / rule.rounding) * rule.rounding as integer)
    end
{%- endmacro %}

{# Both columns of a count, under the name it is released by. #}
{% macro released(name, is_covered='true', count=none, is_withheld='false') -%}
    {{ released_count(count or name, is_covered, is_withheld) }} as {{ name }},
        {{ suppression_reason(count or name, is_covered, is_withheld) }} as {{ name }}_reason
{%- endmacro %}

{# A mean or quartile to two significant figures: a quartile is somebody's own value. #}
{% macro two_figures(value) -%}
    case
        when {{ value }} = 0 then 0.0
        else round({{ value }}, 1 - cast(floor(log10(abs({{ value }}))) as integer))
    end
{%- endmacro %}
