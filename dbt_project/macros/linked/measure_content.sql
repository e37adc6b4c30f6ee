{# One measure's column as code, value and value_date. `measure` is one of region_datasets()[..].measures. #}

{% macro measure_code(measure) -%}
    {%- set column = '"' ~ measure.measure ~ '"' -%}
    {%- if measure.kind == 'flag' -%}
        case when {{ flag_is_set(measure) }} then 'yes' else 'no' end
    {%- elif measure.kind == 'date' -%}
        {{ month_of('cast(' ~ column ~ ' as date)') }}
    {%- elif measure.kind == 'code' -%}
        cast({{ column }} as varchar)
    {%- elif measure.bands -%}
        case
            {%- for lower, upper, label in measure.bands %}
            when {{ column }} >= {{ lower }}{{ ' and ' ~ column ~ ' < ' ~ upper if upper is not none }} then '{{ label }}'
            {%- endfor %}
        end
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{% macro measure_value(measure) -%}
    {%- if measure.kind == 'number' -%}
        cast("{{ measure.measure }}" as double)
    {%- elif measure.kind == 'flag' -%}
        cast({{ flag_is_set(measure) }} as double)
    {%- else -%}
        cast(null as double)
    {%- endif -%}
{%- endmacro %}
