{# Whether a data set could know a person: `person` has age and district_code, `dataset` is linked.dataset.
   Where coverage has limits and the person's age or district is unknown, the answer is no: "none" would be a claim.
   So it would be of a person who opted out of the data set: what it knows is not looked at. #}
{% macro is_covered(person, dataset) -%}
    {{ covers_place(person, dataset) }}
    and ({{ dataset }}.min_age is null or coalesce({{ person }}.age >= {{ dataset }}.min_age, false))
    and ({{ dataset }}.max_age is null or coalesce({{ person }}.age <= {{ dataset }}.max_age, false))
    and ({{ person }}.left_out_of is null or not list_contains({{ person }}.left_out_of, {{ dataset }}.dataset))
{%- endmacro %}

{% macro covers_place(place, dataset) -%}
    {{ dataset }}.covers_as_of
    and (
        {{ dataset }}.has_all_districts
        or coalesce(list_contains({{ dataset }}.districts, {{ place }}.district_code), false)
    )
{%- endmacro %}
