{# One (place, data set, measure, code in use): people who hold the code now. #}
{% macro place_coded(level) -%}
with

coded as (
    {{ codes_of_people() }}
),

counts as (
    {{ coded_counts(level) }}
),

{{ coded_cells(level) }},

rule as (
    select * from {{ ref('disclosure_rule') }}
    where level = '{{ level }}'
),

final as (
    select
        cells.place_code as {{ place_column(level) }},
        cells.dataset,
        cells.measure,
        cells.code,
        {{ released('people') }}
    from cells
    left join rule on true
)

select * from final
{%- endmacro %}
