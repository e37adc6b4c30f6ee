-- Blocking. Without a rule in force nothing of a data set is released at a level; that is safe, and surely not meant.
{{ config(meta={'dagster': {'ref': {'name': 'disclosure_rule'}}}) }}

with

levels as (
    select unnest(['street', 'postcode', 'ward']) as level
),

final as (
    select
        levels.level,
        dataset.dataset
    from levels
    cross join {{ ref('dataset') }} as dataset
    left join {{ ref('disclosure_rule') }} as rule on levels.level = rule.level and dataset.dataset = rule.dataset
    where
        rule.threshold is null or rule.rounding is null or rule.minimum_for_measures is null
        or rule.zero_released is null or rule.place_red_ratio is null or rule.place_amber_ratio is null
        or rule.dominance_people is null or rule.dominance_share is null
        -- above a half a person could not be counted once on average
        or coalesce(rule.left_out_share not between 0 and 0.5, true)
)

select * from final
