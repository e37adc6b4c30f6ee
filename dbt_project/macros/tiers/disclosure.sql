{# Disclosure control of one count. `rule` is linked.disclosure_rule of the level, left joined: no rule, no release. #}

{# Why a count is not released; null where it is. #}
{% macro suppression_reason(count, is_covered='true') -%}
    case
        when {{ count }} is null then 'not_counted'
        when {{ count }} = 0 and not {{ is_covered }} then 'not_covered'
        when rule.threshold is null then 'no_rule'
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
