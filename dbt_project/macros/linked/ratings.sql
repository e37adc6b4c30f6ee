{# Ratings as numbers, so that the worst is the least: red 1, amber 2, green 3. #}

{% macro severity_of(rag) -%} case {{ rag }} when 'red' then 1 when 'amber' then 2 when 'green' then 3 end {%- endmacro %}

{% macro rag_of(severity) -%} case {{ severity }} when 1 then 'red' when 2 then 'amber' when 3 then 'green' end {%- endmacro %}
