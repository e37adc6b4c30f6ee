{# One (place, data set): people whom the service knows, of the people living there. #}
{% macro place_known_to(level) -%}
with

{{ place_cells(level) }},

final as (
    select
        cells.place_code as {{ place_column(level) }},
        cells.dataset,
        {{ released('people_current', 'cells.is_covered', is_withheld=is_complementary(level ~ '_known_to', ['cells.place_code', 'cells.dataset'], 'people_current')) }},
        {{ released('people_historic', 'cells.is_covered', is_withheld=is_complementary(level ~ '_known_to', ['cells.place_code', 'cells.dataset'], 'people_historic')) }},
        {{ released('people_living', is_withheld=living_is_complementary(level)) }}
    from cells
    left join rule on cells.dataset = rule.dataset
)

select * from final
{%- endmacro %}
