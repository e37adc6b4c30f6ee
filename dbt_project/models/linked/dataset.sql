with

latest_extract as (
    select * from {{ source('raw', 'latest_extract') }}
),

facts as (
    {% for dataset in region_datasets() %}
    select
        {{ text_literal(dataset.dataset) }} as dataset,
        {{ text_literal(dataset.title) }} as title,
        {{ text_literal(dataset.partner) }} as partner,
        {{ text_literal(dataset.subject) }} as subject,
        {{ text_literal(dataset.lead_service) }} as lead_service,
        {{ number_literal(dataset.coverage.min_age, 'integer') }} as min_age,
        {{ number_literal(dataset.coverage.max_age, 'integer') }} as max_age,
        cast({{ dataset.coverage.districts }} as varchar[]) as districts,
        {{ date_literal(dataset.coverage.valid_from) }} as valid_from,
        {{ date_literal(dataset.coverage.valid_to) }} as valid_to,
        {{ number_literal(dataset.stale_after_days, 'double') }} as stale_after_days
    {# the records may be older than the extract that last spoke of them, but the model waits for them -#}
    -- depends_on: {{ ref('stg_' ~ dataset.dataset) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        facts.dataset,
        facts.title,
        facts.partner,
        facts.subject,
        facts.lead_service,
        facts.min_age,
        facts.max_age,
        facts.districts,
        len(facts.districts) = 0 as has_all_districts,
        coalesce(facts.valid_from <= {{ as_of() }}, true) and coalesce(facts.valid_to >= {{ as_of() }}, true) as covers_as_of,
        latest_extract.extract_date,
        latest_extract.extract_date is null
        or coalesce(date_diff('day', latest_extract.extract_date, {{ as_of() }}) > facts.stale_after_days, false) as is_stale
    from facts
    left join latest_extract on facts.dataset = latest_extract.dataset
)

select * from final
