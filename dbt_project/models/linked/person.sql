with

residence as (
    select * from {{ source('linkage', 'households') }}
),

persons as (
    select * from {{ source('linkage', 'persons') }}
),

opted_out as (
    select * from {{ source('rights', 'opted_out') }}
),

ward as (
    select * from {{ source('geography', 'ward') }}
),

postcode as (
    select * from {{ source('geography', 'postcode') }}
),

left_out as (
    select
        person_id,
        list(dataset order by dataset) as left_out_of
    from opted_out
    group by person_id
),

record_counts as (
    select
        persons.person_id,
        cast(count(*) as integer) as records
    from persons
    left join opted_out on persons.person_id = opted_out.person_id and persons.dataset = opted_out.dataset
    where opted_out.person_id is null
    group by persons.person_id
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
        coalesce(record_counts.records, 0) as records,
        left_out.left_out_of
    from aged
    left join postcode on aged.postcode = postcode.postcode
    left join ward on coalesce(aged.ward_code, postcode.ward_code) = ward.ward_code
    left join record_counts on aged.person_id = record_counts.person_id
    left join left_out on aged.person_id = left_out.person_id
)

select * from final
