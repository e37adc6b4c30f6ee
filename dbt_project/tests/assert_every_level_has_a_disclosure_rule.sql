-- Blocking. Without a rule in force nothing of a level is released; that is safe, and surely not meant.
{{ config(meta={'dagster': {'ref': {'name': 'disclosure_rule'}}}) }}

with

levels as (
    select unnest(['street', 'postcode', 'ward']) as level
),

final as (
    select levels.level
    from levels
    left join {{ ref('disclosure_rule') }} as rule on levels.level = rule.level
    where
        rule.threshold is null or rule.rounding is null or rule.minimum_for_measures is null
        or rule.zero_released is null or rule.place_red_ratio is null or rule.place_amber_ratio is null
)

select * from final
