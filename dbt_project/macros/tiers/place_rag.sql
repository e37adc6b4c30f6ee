{# One (place, data set): people by worst current rating, and the place's own rating from what is released. #}
{% macro place_rag(level) -%}
with

{{ place_cells(level) }},

released as (
    select
        cells.place_code as {{ place_column(level) }},
        cells.dataset,
        cells.reported_rag,
        {{ released('people_red', 'cells.is_covered', is_withheld=is_complementary(level ~ '_rag', ['cells.place_code', 'cells.dataset'], 'people_red')) }},
        {{ released('people_amber', 'cells.is_covered', is_withheld=is_complementary(level ~ '_rag', ['cells.place_code', 'cells.dataset'], 'people_amber')) }},
        {{ released('people_green', 'cells.is_covered', is_withheld=is_complementary(level ~ '_rag', ['cells.place_code', 'cells.dataset'], 'people_green')) }},
        {{ released_count('people_living', is_withheld=living_is_complementary(level)) }} as people_living,
        {{ suppression_reason('people_current', 'cells.is_covered') }} as people_current_reason,
        rule.place_red_ratio,
        rule.place_amber_ratio
    from cells
    left join rule on cells.dataset = rule.dataset
),

{{ rated_against_region() }},

final as (
    select * exclude (reported_rag, people_living, people_current_reason, place_red_ratio, place_amber_ratio, ratio)
    from rated
)

select * from final
{%- endmacro %}
