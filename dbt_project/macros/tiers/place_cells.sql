{# Every place of a level beside every data set that supports it, with its counts and the rules in force. #}
{% macro place_cells(level) -%}
counts as ({{ place_counts(level) }}),

living as ({{ people_living(level) }}),

reported as (select * from {{ ref('ward_dataset') }}),

cells as (
    select
        place.place_code,
        dataset.dataset,
        dataset.subject,
        coalesce(living.people, 0) as people_living,
        {{ covers_place('place', 'dataset') }} as is_covered,
        reported.rag as reported_rag
        {%- for count in ['people_current', 'people_historic', 'people_red', 'people_amber', 'people_green'] %},
        {{ people_at(count) }} as {{ count }}
        {%- endfor %}
    from {{ ref('place') }} as place
    cross join {{ ref('dataset') }} as dataset
    left join living on place.place_code = living.place_code
    left join counts on place.place_code = counts.place_code and dataset.dataset = counts.dataset
    left join reported on place.place_code = reported.ward_code and dataset.dataset = reported.dataset
    where place.level = '{{ level }}' and dataset.subject in {{ subjects_at(level) }}
),

{{ disclosure_rules(level) }}
{%- endmacro %}
