with

person as (
    select * from {{ ref('person') }}
    where household_id is not null
),

final as (
    select
        household_id,
        min(uprn) as uprn,
        min(usrn) as usrn,
        min(postcode) as postcode,
        min(ward_code) as ward_code,
        min(district_code) as district_code,
        cast(count(*) as integer) as members
    from person
    group by household_id
)

select * from final
