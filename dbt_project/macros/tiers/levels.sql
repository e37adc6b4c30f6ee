{# The levels and details of the twenty tiers, listed here and nowhere else. #}

{% macro tier_levels() %}
    {% do return(['person', 'household', 'street', 'postcode', 'ward']) %}
{% endmacro %}

{% macro tier_details() %}
    {% do return(['known_to', 'rag', 'coded', 'full']) %}
{% endmacro %}

{# Which column of linked.person places somebody at a level. #}
{% macro place_column(level) -%}
    {{ {'street': 'usrn', 'postcode': 'postcode', 'ward': 'ward_code'}[level] }}
{%- endmacro %}

{# A data set appears at its subject's level and coarser, never finer. #}
{% macro subjects_at(level) -%}
    {%- if level == 'person' -%} ('person')
    {%- elif level == 'ward' -%} ('person', 'premises', 'ward')
    {%- else -%} ('person', 'premises')
    {%- endif -%}
{%- endmacro %}
