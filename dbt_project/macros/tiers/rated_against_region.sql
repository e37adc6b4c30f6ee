{# The share of residents rated red here over the share in all places whose counts are released. A ward data
   set that counts nobody is rated by its partner's own conditions. #}
{% macro rated_against_region() -%}
shares as (
    select
        *,
        people_red / nullif(people_living, 0) as share,
        sum(people_red) filter (where people_living > 0) over (partition by dataset)
        / sum(people_living) filter (where people_red is not null) over (partition by dataset) as region_share
    from released
),

rated as (
    select
        * exclude (share, region_share),
        case when share = 0 then 0 else share / nullif(region_share, 0) end as ratio,
        case
            when reported_rag is not null and coalesce(people_current_reason, 'not_counted') = 'not_counted' then reported_rag
            when ratio >= place_red_ratio then 'red'
            when ratio >= place_amber_ratio then 'amber'
            when ratio is not null then 'green'
        end as place_rag
    from shares
)
{%- endmacro %}
