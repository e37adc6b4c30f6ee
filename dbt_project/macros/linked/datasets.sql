{# The region's data sets by subject, and a column of one of them or null where it has none. #}

{% macro datasets_about(subjects) %}
    {% do return(region_datasets() | selectattr('subject', 'in', subjects) | list) %}
{% endmacro %}

{% macro role_or_null(roles, role, type='varchar') -%}
    {{ role if role in roles else 'cast(null as ' ~ type ~ ')' }}
{%- endmacro %}

{% macro roles_or_null(held, roles, types) -%}
    {%- for role in roles %}
        {{ role_or_null(held, role, types[role]) }} as {{ role }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# A region may have no data set of a kind: an empty, typed table stands in. #}
{% macro no_rows(columns) -%}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}
