-- Made-up people in two data sets, so that a model can be trained and common names are common. Arithmetic, not chance.
with given(name, sex) as (
    values ('JOHN', 'M'), ('MARY', 'F'), ('DAVID', 'M'), ('SUSAN', 'F'), ('PETER', 'M'), ('LINDA', 'F'), ('PAUL', 'M'),
    ('KAREN', 'F'), ('MARK', 'M'), ('JANE', 'F'), ('IAN', 'M'), ('SARA', 'F'), ('OMAR', 'M'), ('PRIYA', 'F'),
    ('LIAM', 'M'), ('CHLOE', 'F'), ('JACK', 'M'), ('EMMA', 'F'), ('NOAH', 'M'), ('AVA', 'F')
),
family(name) as (
    values ('SMITH'), ('JONES'), ('TAYLOR'), ('BROWN'), ('WILSON'), ('EVANS'), ('THOMAS'), ('ROBERTS'), ('WALKER'),
    ('WRIGHT'), ('GREEN'), ('HALL'), ('CLARK'), ('PATEL'), ('KHAN'), ('COOPER'), ('WARD'), ('MORRIS'), ('KING'), ('LEE')
),
numbered as (
    select
        person,
        md5_number_lower('given' || person) % 20 as given_no,
        md5_number_lower('family' || (person // 2)) % 20 as family_no,
        (date '1935-01-01' + ((md5_number_lower('birth' || person) % 30000))::integer)::date as birth_date,
        md5_number_lower('slip' || person) % 20 as slip,
        person // 2 as home
    from range({people}) as people(person)
),
person as (
    select
        numbered.*, given.name as given_name, given.sex, family.name as family_name,
        'FN' || (home % 9 + 1) || ' ' || (home // 9 % 10) || chr(65 + (home // 90 % 26)::integer) || 'X' as postcode,
        lpad((4000000000 + person)::varchar, 10, '0') as nhs_number
    from numbered
    join (select *, row_number() over () - 1 as given_no from given) as given using (given_no)
    join (select *, row_number() over () - 1 as family_no from family) as family using (family_no)
)
select
    'background-gp-' || person as record_id, 'gp' as dataset, date '2026-06-01' as last_seen_date, given_name, family_name,
    birth_date, sex, postcode, (100000 + home)::varchar as uprn, nhs_number, '07100' || lpad(person::varchar, 6, '0') as phone
from person
union all
select
    'background-care-' || person, 'care', date '2026-05-01', if(slip = 1, given_name[:-2] || 'X', given_name), family_name,
    if(slip = 2, birth_date + 1, birth_date), sex, if(slip in (3, 4), 'FN9 9ZZ', postcode), null,
    if(slip < 8, null, nhs_number), if(slip = 5, null, '07100' || lpad(person::varchar, 6, '0'))
from person
