{# The distribution of a number among the people of a place: null with a reason below the minimum of people. #}
{% macro value_summary(is_withheld) -%}
        {%- set reason = value_suppression_reason(is_withheld) -%}
        case when {{ reason }} is null then {{ released_count('counts.value_count') }} end as value_count,
        {%- for name, value in [
            ('value_mean', 'counts.value_mean'), ('value_q1', 'counts.quartiles[1]'),
            ('value_median', 'counts.quartiles[2]'), ('value_q3', 'counts.quartiles[3]')
        ] %}
        case when {{ reason }} is null then {{ two_figures(value) }} end as {{ name }},
        {%- endfor %}
        {{ reason }} as value_reason
{%- endmacro %}

{% macro value_suppression_reason(is_withheld) -%}
    case
        when in_use.kind <> 'number' then 'not_numeric'
        when rule.threshold is null or rule.minimum_for_measures is null then 'no_rule'
        when {{ is_withheld }} then 'complementary'
        when coalesce(counts.value_count, 0) < greatest(rule.minimum_for_measures, rule.threshold + 1) then 'below_minimum'
        when counts.dominance > rule.dominance_share then 'dominated'
    end
{%- endmacro %}

{# The share of a sum that its greatest few make up: one of them could read the other's value from a mean. From `coded`, grouped. #}
{% macro dominance() -%}
    list_sum(max(abs(value), dominance_people)) / nullif(sum(abs(value)), 0)
{%- endmacro %}
