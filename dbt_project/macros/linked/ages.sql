{# Age in years at as_of from the month of birth (the day stays in the identity store). #}
{% macro age_at_as_of(birth_year, birth_month) -%}
    case
        when {{ birth_year }} is not null
            then greatest(
                0,
                year({{ as_of() }}) - {{ birth_year }}
                - case when month({{ as_of() }}) < coalesce({{ birth_month }}, 1) then 1 else 0 end
            )
    end
{%- endmacro %}

{# Lower bounds of the age bands, in years. #}
{% macro age_bands() %}
    {% do return([0, 5, 18, 30, 45, 65, 75, 85]) %}
{% endmacro %}

{% macro age_band(age) -%}
    {%- set bounds = age_bands() -%}
    case
        {%- for bound in bounds[1:] %}
        when {{ age }} < {{ bound }} then '{{ bounds[loop.index0] }}-{{ bound - 1 }}'
        {%- endfor %}
        when {{ age }} >= {{ bounds[-1] }} then '{{ bounds[-1] }}+'
    end
{%- endmacro %}
