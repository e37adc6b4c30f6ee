{# When a record holds, judged at as_of. A record has a period (valid_from, valid_to), an event_date, or neither. #}

{# A record that begins after as_of does not exist yet. #}
{% macro has_begun() -%}
    coalesce(event_date <= {{ as_of() }}, true) and coalesce(valid_from <= {{ as_of() }}, true)
{%- endmacro %}

{# current: the period is open, the event is recent, or a snapshot without dates still lists it. #}
{% macro record_status(is_event) -%}
    case
        when event_date is not null or {{ is_event }}
            then case when date_diff('day', event_date, {{ as_of() }}) <= event_current_days then 'current' else 'historic' end
        when valid_to < {{ as_of() }} then 'historic'
        else 'current'
    end
{%- endmacro %}

{# The latest date on which the record speaks of its subject: the event, the end of the period, else the extract. #}
{% macro last_seen_date() -%}
    case
        when event_date is not null then event_date
        when valid_to < {{ as_of() }} then valid_to
        else extract_date
    end
{%- endmacro %}

{% macro month_of(date) -%} strftime({{ date }}, '%Y-%m') {%- endmacro %}

{# The first day of a record's period. One that began at birth has none: it would be the birth date. #}
{% macro first_day(dataset) -%}
    {{ 'nullif(valid_from, birth_date)' if 'birth_date' in dataset.identity and 'valid_from' in dataset.period
        else role_or_null(dataset.period, 'valid_from', 'date') }}
{%- endmacro %}
