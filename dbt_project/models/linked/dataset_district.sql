with

dataset as (
    select * from {{ ref('dataset') }}
),

final as (
    select
        dataset,
        unnest(districts) as district_code
    from dataset
)

select * from final
