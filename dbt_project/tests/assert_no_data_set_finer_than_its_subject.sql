-- Blocking. A premises data set is in no person tier; a ward data set is in ward tiers only.
{{ config(meta={'dagster': {'ref': {'name': 'person_full'}}}) }}

with

tiers as (
    {% for level in tier_levels() %}{% set last_level = loop.last %}{% for detail in tier_details() %}
    select distinct
        '{{ level }}' as level,
        dataset
    from {{ ref(level ~ '_' ~ detail) }}
    {{ 'union all' if not (last_level and loop.last) }}
    {% endfor %}{% endfor %}
),

final as (
    select
        tiers.level,
        tiers.dataset
    from tiers
    left join {{ ref('dataset') }} as dataset on tiers.dataset = dataset.dataset
    where
        dataset.subject is null
        or (dataset.subject = 'premises' and tiers.level = 'person')
        or (dataset.subject = 'ward' and tiers.level <> 'ward')
)

select * from final
