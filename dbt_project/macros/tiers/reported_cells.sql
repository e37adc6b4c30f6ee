{# What ward data sets report of their latest period: a count of people under the code `all`, other measures by code. #}
{% macro reported_cells() -%}
    union all
    select
        reported.ward_code as place_code,
        measure.dataset,
        measure.measure,
        case when measure.counts_people then 'all' else measure.code end as code,
        sum(measure.value) filter (where measure.counts_people) as people
    from {{ ref('measure') }} as measure
    inner join {{ ref('ward_dataset') }} as reported
        on measure.ward_code = reported.ward_code and measure.dataset = reported.dataset
        and measure.last_contact_date = reported.last_contact_date
    where measure.subject = 'ward' and (measure.counts_people or measure.code is not null)
    group by all
{%- endmacro %}
