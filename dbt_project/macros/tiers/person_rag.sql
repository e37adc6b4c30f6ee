{# One (person, data set): the worst current rating and its month. #}
{% macro person_rag() -%}
with

{{ person_cells() }},

final as (
    select
        person_id,
        age_band,
        sex,
        ward_code,
        dataset,
        status,
        rag,
        {{ month_of('rag_date') }} as rag_month
    from cells
)

select * from final
{%- endmacro %}
