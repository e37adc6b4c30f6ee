{# One number of region/policies/tiers.csv in force at as_of: the latest line not after it. #}
{% macro policy_setting(setting) -%}
    (
        select max_by(cast(rule.value as double), cast(rule.valid_from as date))
        from {{ source('policies', 'tiers') }} as rule
        where rule.setting = '{{ setting }}' and cast(rule.valid_from as date) <= {{ as_of() }}
    )
{%- endmacro %}
