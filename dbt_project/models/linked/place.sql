with

person as (
    select * from {{ ref('person') }}
),

street as (
    select * from {{ source('geography', 'street') }}
),

ward as (
    select * from {{ source('geography', 'ward') }}
),

streets as (
    select
        'street' as level,
        person.usrn as place_code,
        any_value(street.street_name) as place_name,
        mode(person.ward_code order by person.ward_code) as ward_code,
        mode(person.district_code order by person.district_code) as district_code,
        cast(count(*) as integer) as people
    from person
    left join street on person.usrn = street.usrn
    where person.usrn is not null
    group by person.usrn
),

postcodes as (
    select
        'postcode' as level,
        postcode as place_code,
        postcode as place_name,
        mode(ward_code order by ward_code) as ward_code,
        mode(district_code order by district_code) as district_code,
        cast(count(*) as integer) as people
    from person
    where postcode is not null
    group by postcode
),

residents as (
    select
        ward_code,
        min(district_code) as district_code,
        cast(count(*) as integer) as people
    from person
    where ward_code is not null
    group by ward_code
),

-- every ward of the region, lived in or not: a ward data set may know it
wards as (
    select
        'ward' as level,
        ward_code as place_code,
        coalesce(ward.ward_name, ward_code) as place_name,
        ward_code,
        coalesce(ward.district_code, residents.district_code) as district_code,
        coalesce(residents.people, 0) as people
    from ward
    full join residents using (ward_code)
),

final as (
    select * from streets
    union all
    select * from postcodes
    union all
    select * from wards
)

select * from final
