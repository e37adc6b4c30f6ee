with

residence as (
    select * from {{ source('linkage', 'households') }}
),

persons as (
    select * from {{ source('linkage', 'persons') }}
),

ward as (
    select * from {{ source('geography', 'ward') }}
),

postcode as (
    select * from {{ source('geography', 'postcode') }}
),

record_counts as (
    select
        person_id,
        cast(count(*) as integer) as records
    from persons
    group by person_id
),

aged as (
    select
        *,
        cast({{ age_at_as_of('birth_year', 'birth_month') }} as integer) as age
    from residence
),

final as (
    select
        aged.person_id,
        aged.household_id,
        aged.age,
        {{ age_band('aged.age') }} as age_band,
        aged.sex,
        aged.uprn,
        aged.usrn,
        aged.postcode,
        coalesce(aged.ward_code, postcode.ward_code) as ward_code,
        coalesce(ward.district_code, postcode.district_code) as district_code,
        coalesce(record_counts.records, 0) as records
    from aged
    left join postcode on aged.postcode = postcode.postcode
    left join ward on coalesce(aged.ward_code, postcode.ward_code) = ward.ward_code
    left join record_counts on aged.person_id = record_counts.person_id
)

select * from final
