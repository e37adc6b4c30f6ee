with

record as (
    select * from {{ ref('record') }}
    where subject = 'ward' and status = 'current' and ward_code is not null
),

measure as (
    select * from {{ ref('measure') }}
    where subject = 'ward' and status = 'current'
),

-- only the latest period speaks: adding months up would count people twice
latest as (
    select
        ward_code,
        dataset,
        max(last_contact_date) as last_contact_date
    from record
    group by ward_code, dataset
),

ratings as (
    select
        ward_code,
        dataset,
        last_contact_date,
        {{ rag_of('min(' ~ severity_of('rag') ~ ')') }} as rag
    from record
    group by ward_code, dataset, last_contact_date
),

by_measure as (
    select
        ward_code,
        dataset,
        last_contact_date,
        measure,
        sum(value) as people
    from measure
    where counts_people
    group by ward_code, dataset, last_contact_date, measure
),

-- two counts of people may overlap: the greater is the least that there can be
counts as (
    select
        ward_code,
        dataset,
        last_contact_date,
        cast(max(people) as integer) as people
    from by_measure
    group by ward_code, dataset, last_contact_date
),

final as (
    select
        latest.ward_code,
        latest.dataset,
        latest.last_contact_date,
        counts.people,
        ratings.rag
    from latest
    inner join ratings using (ward_code, dataset, last_contact_date)
    left join counts using (ward_code, dataset, last_contact_date)
)

select * from final
