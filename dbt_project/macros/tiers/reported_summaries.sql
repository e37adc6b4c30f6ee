{# The same shape from what ward data sets report: their counts of people, and other numbers as the partner gave them. #}
{% macro reported_summaries() -%}
    union all
    select
        reported.place_code as ward_code, reported.dataset, reported.measure,
        'all' as age_band, 'all' as sex, reported.code,
        {{ released('people', count='reported.people') }},
        {{ no_values('not_by_person') }}
    from (
        select * from (select null as place_code, null as dataset, null as measure, null as code, null as people where false)
        {{ reported_cells() }}
    ) as reported
    left join rule on reported.dataset = rule.dataset
{%- endmacro %}
