with

{%- set datasets = datasets_about(['person']) %}
{%- set roles = [
    'given_name', 'family_name', 'birth_date', 'sex', 'postcode', 'address', 'uprn', 'nhs_number', 'upn', 'nino', 'phone', 'email'
] %}
{%- set columns = {'record_id': 'varchar', 'dataset': 'varchar', 'extract_date': 'date', 'valid_to': 'date', 'event_date': 'date'} %}
{%- for role in roles %}{% do columns.update({role: 'date' if role == 'birth_date' else 'varchar'}) %}{% endfor %}

records as (
    {% for dataset in datasets %}
    select
        record_id,
        '{{ dataset.dataset }}' as dataset,
        extract_date,
        {{ role_or_null(dataset.period, 'valid_to', 'date') }} as valid_to,
        {{ role_or_null(dataset.period, 'event_date', 'date') }} as event_date,
        {{ roles_or_null(dataset.identity, roles, columns) }}
    from {{ ref('stg_' ~ dataset.dataset) }}
    {{ 'union all' if not loop.last }}
    {% else %}
    {{ no_rows(columns) }}
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
