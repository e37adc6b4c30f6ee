-- Warning. A record that linkage left without a person is in no tier.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'record'}}}) }}

select record.dataset
from {{ ref('record') }} as record
where record.subject = 'person' and record.person_id is null
