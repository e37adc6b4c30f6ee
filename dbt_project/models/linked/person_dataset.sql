with

record as (
    select * from {{ ref('record') }}
),

person as (
    select * from {{ ref('person') }}
),

-- what is known of a home is known of those who live there
known as (
    select
        person_id,
        dataset,
        subject,
        status,
        last_contact_date,
        rag
    from record
    where subject = 'person' and person_id is not null
    union all
    select
        person.person_id,
        record.dataset,
        record.subject,
        record.status,
        record.last_contact_date,
        record.rag
    from record
    inner join person on record.uprn = person.uprn
    where record.subject = 'premises'
),

ranked as (
    select
        *,
        case when status = 'current' then {{ severity_of('rag') }} end as severity
    from known
),

final as (
    select
        person_id,
        dataset,
        subject,
        min(status) as status,
        max(last_contact_date) as last_contact_date,
        {{ rag_of('min(severity)') }} as rag,
        coalesce(
            max(last_contact_date) filter (where severity = 1),
            max(last_contact_date) filter (where severity = 2),
            max(last_contact_date) filter (where severity = 3)
        ) as rag_date
    from ranked
    group by person_id, dataset, subject
)

select * from final
