-- Blocking. person_known_to and person_rag have one row for each person and each data set about people.
{{ config(meta={'dagster': {'ref': {'name': 'person_known_to'}}}) }}

with

expected as (
    select
        (select count(*) from {{ ref('person') }})
        * (select count(*) from {{ ref('dataset') }} as dataset where dataset.subject = 'person') as cells
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
