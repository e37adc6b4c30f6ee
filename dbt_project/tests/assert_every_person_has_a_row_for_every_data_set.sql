-- Blocking. person_known_to and person_rag have one row for each person and each data set about people.
{{ config(meta={'dagster': {'ref': {'name': 'person_known_to'}}}) }}

with

expected as (
    select count(person.person_id) as cells
    from {{ ref('person') }} as person
    inner join {{ ref('dataset') }} as dataset on dataset.subject = 'person'
),

counted as (
    select
        (select count(*) from {{ ref('person_known_to') }}) as known_to,
        (select count(*) from {{ ref('person_rag') }}) as rag
),

final as (
    select counted.*
    from counted
    cross join expected
    where counted.known_to <> expected.cells or counted.rag <> expected.cells
)

select * from final
