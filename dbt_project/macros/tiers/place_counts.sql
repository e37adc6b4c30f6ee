{# Numbers of people by place and data set, before suppression and rounding. `times`: how often a person counts; the
   totals test counts everybody once. #}
{% macro place_counts(level, times=none) -%}
    {%- set times = times or times_counted('known.person_id', 'known.dataset', 'rule.left_out_share') -%}
    select
        place_code,
        dataset,
        coalesce(sum(times) filter (where status = 'current'), 0) as people_current,
        coalesce(sum(times) filter (where status = 'historic'), 0) as people_historic,
        coalesce(sum(times) filter (where rag = 'red'), 0) as people_red,
        coalesce(sum(times) filter (where rag = 'amber'), 0) as people_amber,
        coalesce(sum(times) filter (where rag = 'green'), 0) as people_green
    from (
        select person.{{ place_column(level) }} as place_code, known.dataset, known.status, known.rag, {{ times }} as times
        from {{ ref('person_dataset') }} as known
        inner join {{ ref('person') }} as person on known.person_id = person.person_id
        left join {{ ref('disclosure_rule') }} as rule on rule.level = '{{ level }}' and known.dataset = rule.dataset
        where person.{{ place_column(level) }} is not null
    ) as counted
    group by place_code, dataset
{%- endmacro %}

{# People living in each place. They are drawn apart from those whom a data set knows: who knows the residents of a place
   learns nothing of the draws that matter. #}
{% macro people_living(level) -%}
    select
        {{ place_column(level) }} as place_code,
        sum({{ times_counted('person_id', "'people living'", '(select max(left_out_share) from ' ~ ref('disclosure_rule') ~ ')') }}) as people
    from {{ ref('person') }}
    where {{ place_column(level) }} is not null
    group by all
{%- endmacro %}

{# A count of people at a place: 0 where nobody is known; a ward data set brings its own, or none. #}
{% macro people_at(count) -%}
    case when dataset.subject = 'ward' then {{ 'reported.people' if count == 'people_current' else 'null' }} else coalesce(counts.{{ count }}, 0) end
{%- endmacro %}
