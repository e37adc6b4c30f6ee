with

as_written as (
    select * from {{ ref('identity_as_written') }}
),

final as (
    select
        {{ clean_name('given_name') }} as given_name,
        {{ clean_birth_date('birth_date') }} as birth_date,
        {{ clean_sex('sex') }} as sex,
        {{ clean_postcode('postcode') }} as postcode,
        {{ clean_address('address') }} as address,
        {{ clean_uprn('uprn') }} as uprn,
        {{ clean_nhs_number('nhs_number') }} as nhs_number,
        {{ clean_upn('upn') }} as upn,
        {{ clean_nino('nino') }} as nino,
        {{ clean_phone('phone') }} as phone,
        {{ clean_email('email') }} as email
    from as_written
)

select * from final
