{# People by age band, sex and code: only the cells above the threshold, and those withheld for the sake of others. #}
{% macro measure_cells(level) -%}
counted_cells as (
    select
        {{ place_column(level) }}, dataset, measure,
        coalesce(age_band, 'unknown') as age_band, coalesce(sex, 'unknown') as sex, code,
        count(*) as people
    from coded
    where {{ place_column(level) }} is not null
    group by all
),

measure_cells as (
    {%- set own = ['counted_cells.' ~ place_column(level), 'counted_cells.dataset', 'measure', 'code', 'age_band', 'sex'] -%}
    {%- set is_withheld = is_complementary(level ~ '_full', own) %}
    select
        counted_cells.* exclude (people),
        {{ released('people', is_withheld=is_withheld) }},
        {{ no_values('not_by_cell') }}
    from counted_cells
    left join rule on counted_cells.dataset = rule.dataset
    where {{ suppression_reason('people') }} is null or {{ is_withheld }}
)
{%- endmacro %}

{% macro no_values(reason) -%}
        cast(null as integer) as value_count,
        {%- for name in ['value_mean', 'value_q1', 'value_median', 'value_q3'] %}
        cast(null as double) as {{ name }},
        {%- endfor %}
        '{{ reason }}' as value_reason
{%- endmacro %}
