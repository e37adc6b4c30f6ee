{# The date by which everything is judged. Read when a model runs, never when the project is parsed:
   a new night then costs no new parse. #}
{% macro as_of() -%}
    {%- if execute -%}
        cast('{{ env_var("MVLD_AS_OF") }}' as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro %}
