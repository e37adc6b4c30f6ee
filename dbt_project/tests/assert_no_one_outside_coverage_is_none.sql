-- Blocking. "none" is said only of a person whom the data set could know; "not_covered" only of one whom it could not
-- and does not.
{{ config(meta={'dagster': {'ref': {'name': 'person_known_to'}}}) }}

with

person as (
    select * from {{ ref('person') }}
),

dataset as (
    select * from {{ ref('dataset') }}
),

tier as (
    select * from {{ ref('person_known_to') }}
    where status in ('none', 'not_covered')
),

final as (
    select tier.dataset
    from tier
    inner join person on tier.person_id = person.person_id
    inner join dataset on tier.dataset = dataset.dataset
    where
        (tier.status = 'none') <> ({{ is_covered('person', 'dataset') }})
        or tier.last_contact_month is not null
)

select * from final
