-- The identity roles as partners write them: no rows here, literal rows in the unit tests.
select
    cast(null as varchar) as given_name,
    cast(null as varchar) as birth_date,
    cast(null as varchar) as sex,
    cast(null as varchar) as postcode,
    cast(null as varchar) as address,
    cast(null as varchar) as uprn,
    cast(null as varchar) as nhs_number,
    cast(null as varchar) as upn,
    cast(null as varchar) as nino,
    cast(null as varchar) as phone,
    cast(null as varchar) as email
where false
