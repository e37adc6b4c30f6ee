{# One (place, data set, measure in use): people, and a number's distribution where enough people have one. #}
{% macro measure_summaries(level) -%}
counts as (
    select
        {{ place_column(level) }} as place_code, dataset, measure,
        count(*) as people, count(value) as value_count, avg(value) as value_mean,
        quantile_cont(value, [0.25, 0.5, 0.75]) as quartiles,
        {{ dominance() }} as dominance
    from coded
    where {{ place_column(level) }} is not null
    group by all
),

in_use as (select distinct dataset, measure, kind from coded),

summaries as (
    {%- set is_withheld = is_complementary(level ~ '_full', ['place.place_code', 'in_use.dataset', 'in_use.measure'] + 3 * ["'all'"]) %}
    select
        place.place_code as {{ place_column(level) }}, in_use.dataset, in_use.measure,
        'all' as age_band, 'all' as sex, 'all' as code,
        {{ released('people', count='coalesce(counts.people, 0)', is_withheld=is_withheld) }},
        {{ value_summary(is_withheld) }}
    from {{ ref('place') }} as place
    cross join in_use
    inner join {{ ref('dataset') }} as dataset on in_use.dataset = dataset.dataset
    left join counts
        on place.place_code = counts.place_code and in_use.dataset = counts.dataset and in_use.measure = counts.measure
    left join rule on in_use.dataset = rule.dataset
    where place.level = '{{ level }}' and ({{ covers_place('place', 'dataset') }} or counts.people > rule.threshold)
)
{%- endmacro %}
