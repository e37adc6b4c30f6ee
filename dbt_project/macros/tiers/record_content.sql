{# Records numbered from 1 within unit and data set, oldest first: a number to tell them apart by, not an id. #}
{% macro numbered_records(unit_id) -%}
    select
        *,
        cast(row_number() over (
            partition by {{ unit_id }}, dataset
            order by coalesce(event_date, valid_from) nulls last, record_id
        ) as integer) as record_no
    from {{ ref('record') }}
{%- endmacro %}

{# The columns of the full detail, from `record` and its `measure`. #}
{% macro record_content() -%}
        record.dataset,
        record.record_no,
        record.status,
        record.valid_from,
        record.valid_to,
        record.event_date,
        record.rag,
        measure.measure,
        measure.code,
        measure.value,
        measure.value_date
{%- endmacro %}
