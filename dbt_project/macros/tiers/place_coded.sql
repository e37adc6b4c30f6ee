{# One (place, data set, measure, code in use): people who hold the code now. #}
{% macro place_coded(level) -%}
with

{{ disclosure_rules(level) }},

coded as (
    {{ counted_codes(level) }}
),

counts as (
    {{ coded_counts(level) }}
),

{{ coded_cells(level) }},

final as (
    select
        cells.place_code as {{ place_column(level) }},
        cells.dataset,
        cells.measure,
        cells.code,
        {{ released('people', is_withheld=is_complementary(level ~ '_coded', ['cells.place_code', 'cells.dataset', 'cells.measure', 'cells.code'])) }}
    from cells
    left join rule on cells.dataset = rule.dataset
)

select * from final
{%- endmacro %}
