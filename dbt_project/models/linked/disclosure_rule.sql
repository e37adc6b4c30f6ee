with

-- a column that a region's table has not: as if empty
policy as (
    select * from {{ source('policies', 'disclosure') }}
    union all by name
    select
        null as dataset,
        null as left_out_share,
        null as least_values,
        null as remembered_days
    where false
),

dataset as (
    select * from {{ ref('dataset') }}
),

-- a line of the data set's own goes before one for all (an empty data set), then the later before the earlier
in_force as (
    select
        policy.level,
        dataset.dataset,
        cast(policy.threshold as integer) as threshold,
        cast(policy.rounding as integer) as rounding,
        coalesce(cast(policy.left_out_share as double), 0) as left_out_share,
        coalesce(cast(policy.least_values as integer), 1) as least_values,
        coalesce(cast(policy.remembered_days as integer), 0) as remembered_days,
        cast(policy.minimum_for_measures as integer) as minimum_for_measures,
        cast(policy.dominance_people as integer) as dominance_people,
        cast(policy.dominance_share as double) as dominance_share,
        cast(policy.zero_released as boolean) as zero_released
    from dataset
    inner join policy on coalesce(policy.dataset, dataset.dataset) = dataset.dataset
    where cast(policy.valid_from as date) <= {{ as_of() }}
    qualify row_number() over (
        partition by policy.level, dataset.dataset
        order by policy.dataset nulls last, cast(policy.valid_from as date) desc
    ) = 1
),

final as (
    select
        * replace (
            -- one draw for all levels: two would tell more of a person than either
            max(left_out_share) over (partition by dataset) as left_out_share,
            -- counts of all levels are guarded together
            max(least_values) over (partition by dataset) as least_values,
            max(remembered_days) over (partition by dataset) as remembered_days
        ),
        {{ policy_setting('place_red_ratio') }} as place_red_ratio,
        {{ policy_setting('place_amber_ratio') }} as place_amber_ratio
    from in_force
)

select * from final
