-- depends_on: {{ ref('dataset') }}
{# reads no data set, but must be built with those that do: a step of its own would start dbt once more #}
with

policy as (
    select * from {{ source('policies', 'disclosure') }}
),

in_force as (
    select
        level,
        cast(threshold as integer) as threshold,
        cast(rounding as integer) as rounding,
        cast(minimum_for_measures as integer) as minimum_for_measures,
        cast(zero_released as boolean) as zero_released
    from policy
    where cast(valid_from as date) <= {{ as_of() }}
    qualify row_number() over (partition by level order by cast(valid_from as date) desc) = 1
),

final as (
    select
        *,
        {{ policy_setting('place_red_ratio') }} as place_red_ratio,
        {{ policy_setting('place_amber_ratio') }} as place_amber_ratio
    from in_force
)

select * from final
