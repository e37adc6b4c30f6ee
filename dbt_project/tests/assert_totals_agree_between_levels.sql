-- Blocking. Before disclosure control, the people whom a data set knows in all places of a level are the people whom it
-- knows and who have such a place; and the members whom it knows in all households are the people who live in one.
{{ config(meta={'dagster': {'ref': {'name': 'person_known_to'}}}) }}

with

person as (
    select * from {{ ref('person') }}
),

known as (
    select * from {{ ref('person_dataset') }}
),

household_totals as (
    select
        'household' as level,
        dataset,
        sum(members_current) as people_current,
        sum(members_historic) as people_historic
    from {{ ref('household_known_to') }}
    group by dataset
    having sum(members_current) + sum(members_historic) > 0
),

totals as (
    select * from household_totals
    {% for level in ['street', 'postcode', 'ward'] %}
    union all
    select
        '{{ level }}' as level,
        dataset,
        sum(people_current) as people_current,
        sum(people_historic) as people_historic
    from ({{ place_counts(level, times='1') }}) as {{ level }}_counts
    group by dataset
    {% endfor %}
),

expected as (
    {% for level in ['household', 'street', 'postcode', 'ward'] %}
    select
        '{{ level }}' as level,
        known.dataset,
        sum(case when known.status = 'current' then 1 else 0 end) as people_current,
        sum(case when known.status = 'historic' then 1 else 0 end) as people_historic
    from known
    where
        known.person_id in (
            select person.person_id from person
            where person.{{ 'household_id' if level == 'household' else place_column(level) }} is not null
        )
    group by known.dataset
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        level,
        dataset
    from totals
    full join expected using (level, dataset)
    where
        totals.people_current is distinct from expected.people_current
        or totals.people_historic is distinct from expected.people_historic
)

select * from final
