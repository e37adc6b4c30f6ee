-- Blocking. Every released count is zero where zero may be told, or above the threshold and a multiple of the
-- rounding; a count that is not released says why.
{{ config(meta={'dagster': {'ref': {'name': 'ward_known_to'}}}) }}

{%- set counts = {
    'known_to': ['people_current', 'people_historic', 'people_living'],
    'rag': ['people_red', 'people_amber', 'people_green'],
    'coded': ['people'],
    'full': ['people']
} %}

with

{% for level in ['street', 'postcode', 'ward'] %}{% for detail, names in counts.items() %}{% for name in names %}
{{ level }}_{{ detail }}_{{ name }} as (
    select
        '{{ level }}' as level,
        dataset,
        {{ name }} as released,
        {{ name }}_reason as reason
    from {{ ref(level ~ '_' ~ detail) }}
    group by all
),
{% endfor %}{% endfor %}{% endfor %}

cells as (
    {% for level in ['street', 'postcode', 'ward'] %}{% set last_level = loop.last %}
    {%- for detail, names in counts.items() %}{% set last_detail = loop.last %}
    {%- for name in names %}
    select * from {{ level }}_{{ detail }}_{{ name }}
    {{ 'union all' if not (last_level and last_detail and loop.last) }}
    {%- endfor %}{% endfor %}{% endfor %}
),

final as (
    select cells.*
    from cells
    left join {{ ref('disclosure_rule') }} as rule on cells.level = rule.level and cells.dataset = rule.dataset
    where
        (cells.released is null) = (cells.reason is null)
        or (cells.released = 0 and not rule.zero_released)
        or (cells.released > 0 and (cells.released <= rule.threshold or cells.released % rule.rounding <> 0))
        or (cells.released is not null and rule.threshold is null)
)

select * from final
