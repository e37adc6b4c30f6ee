{# One (place, data set, measure) with people and, for numbers, their distribution; and its cells by age band, sex and
   code. A cell is a row only where it may be released: the presence of a small cell would name somebody. #}
{% macro place_full(level) -%}
with

{{ disclosure_rules(level) }},

coded as (
    {{ counted_codes(level) }}
),

{{ measure_summaries(level) }},

{{ measure_cells(level) }},

final as (
    select * from summaries
    union all
    select * from measure_cells
    {{ reported_summaries() if level == 'ward' }}
)

select * from final
{%- endmacro %}
