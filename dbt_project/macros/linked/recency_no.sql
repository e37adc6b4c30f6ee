{# Orders the records of one subject and data set: the least is the latest, current before historic. Records of one day are
   told apart by 44 bits of their id's hash. One number, so that the latest needs no sort of a million rows. #}
{% macro recency_no(record) -%}
    cast(
        (
            case when {{ record }}.status = 'current' then 0 else 100000 end
            + greatest(0, least(99999, date_diff('day', {{ record }}.last_contact_date, {{ as_of() }})))
        ) as bigint
    ) * (cast(1 as bigint) << 44) + cast(hash({{ record }}.record_id) >> 20 as bigint)
{%- endmacro %}
