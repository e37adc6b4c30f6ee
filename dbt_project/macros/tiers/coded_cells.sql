{# Numbers of people by place and code, before suppression and rounding; from `coded`. #}
{% macro coded_counts(level) -%}
    select
        {{ place_column(level) }} as place_code, dataset, measure, code, count(*) as people
    from coded
    where {{ place_column(level) }} is not null
    group by all
{%- endmacro %}

{# Every covered place beside every code in use in the region: a row's presence then tells nothing about the place. Outside the
   coverage a row is there only where its count is released. From `counts` and `rule`. #}
{% macro coded_cells(level) -%}
codes_in_use as (
    select distinct dataset, measure, code
    from counts
),

cells as (
    select place.place_code, dataset.dataset, codes_in_use.measure, codes_in_use.code, coalesce(counts.people, 0) as people
    from {{ ref('place') }} as place
    cross join codes_in_use
    inner join {{ ref('dataset') }} as dataset on codes_in_use.dataset = dataset.dataset
    left join counts
        on place.place_code = counts.place_code and codes_in_use.dataset = counts.dataset
        and codes_in_use.measure = counts.measure and codes_in_use.code = counts.code
    left join rule on dataset.dataset = rule.dataset
    where place.level = '{{ level }}' and ({{ covers_place('place', 'dataset') }} or counts.people > rule.threshold)
    {{ reported_cells() if level == 'ward' }}
)
{%- endmacro %}
