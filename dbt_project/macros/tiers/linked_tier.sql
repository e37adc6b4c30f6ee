{# One of the twenty tiers. Its rows are written in the file named for the level and detail. #}
{% macro linked_tier(level, detail) -%}
    {%- if level not in tier_levels() or detail not in tier_details() -%}
        {{ exceptions.raise_compiler_error('There is no tier ' ~ level ~ '_' ~ detail) }}
    {%- elif level == 'person' -%}
        {%- if detail == 'known_to' -%} {{ person_known_to() }}
        {%- elif detail == 'rag' -%} {{ person_rag() }}
        {%- elif detail == 'coded' -%} {{ person_coded() }}
        {%- else -%} {{ person_full() }}
        {%- endif -%}
    {%- elif level == 'household' -%}
        {%- if detail == 'known_to' -%} {{ household_known_to() }}
        {%- elif detail == 'rag' -%} {{ household_rag() }}
        {%- elif detail == 'coded' -%} {{ household_coded() }}
        {%- else -%} {{ household_full() }}
        {%- endif -%}
    {%- elif detail == 'known_to' -%} {{ place_known_to(level) }}
    {%- elif detail == 'rag' -%} {{ place_rag(level) }}
    {%- elif detail == 'coded' -%} {{ place_coded(level) }}
    {%- else -%} {{ place_full(level) }}
    {%- endif -%}
{%- endmacro %}
