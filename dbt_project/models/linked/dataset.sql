with

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
        {{ number_literal(dataset.stale_after_days, 'double') }} as stale_after_days,
        (select max(stg.extract_date) from {{ ref('stg_' ~ dataset.dataset) }} as stg) as extract_date
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        dataset,
        title,
        partner,
        subject,
        lead_service,
        min_age,
        max_age,
        districts,
        len(districts) = 0 as has_all_districts,
        coalesce(valid_from <= {{ as_of() }}, true) and coalesce(valid_to >= {{ as_of() }}, true) as covers_as_of,
        extract_date,
        extract_date is null or coalesce(date_diff('day', extract_date, {{ as_of() }}) > stale_after_days, false) as is_stale
    from facts
)

select * from final
