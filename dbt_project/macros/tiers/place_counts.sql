{# Exact numbers of people by place and data set, before disclosure control. The totals test reads the same. #}
{% macro place_counts(level) -%}
    select
        person.{{ place_column(level) }} as place_code,
        known.dataset,
        count(*) filter (where known.status = 'current') as people_current,
        count(*) filter (where known.status = 'historic') as people_historic,
        count(*) filter (where known.rag = 'red') as people_red,
        count(*) filter (where known.rag = 'amber') as people_amber,
        count(*) filter (where known.rag = 'green') as people_green
    from {{ ref('person_dataset') }} as known
    inner join {{ ref('person') }} as person on known.person_id = person.person_id
    where person.{{ place_column(level) }} is not null
    group by person.{{ place_column(level) }}, known.dataset
{%- endmacro %}

{# A count of people at a place: 0 where nobody is known; a ward data set brings its own, or none. #}
{% macro people_at(count) -%}
    case when dataset.subject = 'ward' then {{ 'reported.people' if count == 'people_current' else 'null' }} else coalesce(counts.{{ count }}, 0) end
{%- endmacro %}
