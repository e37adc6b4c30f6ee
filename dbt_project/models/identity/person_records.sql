with

{%- set datasets = datasets_about(['person']) %}
{%- set roles = ['given_name', 'family_name', 'birth_date', 'sex', 'postcode', 'address', 'uprn', 'nhs_number', 'upn', 'nino', 'phone', 'email'] %}

records as (
    {% for dataset in datasets %}
    select
        record_id,
        '{{ dataset.dataset }}' as dataset,
        extract_date,
        {{ role_or_null(dataset.period, 'valid_to', 'date') }} as valid_to,
        {{ role_or_null(dataset.period, 'event_date', 'date') }} as event_date
        {%- for role in roles %},
        {{ role_or_null(dataset.identity, role, 'date' if role == 'birth_date' else 'varchar') }} as {{ role }}
        {%- endfor %}
    from {{ ref('stg_' ~ dataset.dataset) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    select
        cast(null as varchar) as record_id,
        cast(null as varchar) as dataset,
        cast(null as date) as extract_date,
        cast(null as date) as valid_to,
        cast(null as date) as event_date
        {%- for role in roles %},
        cast(null as {{ 'date' if role == 'birth_date' else 'varchar' }}) as {{ role }}
        {%- endfor %}
    where false
    {% endfor %}
),

final as (
    select
        record_id,
        dataset,
        extract_date,
        {{ last_seen_date() }} as last_seen_date,
        {{ roles | join(',\n        ') }}
    from records
)

select * from final
