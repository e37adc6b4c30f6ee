{# For sqlfluff only, which renders without dbt: a data set of each kind, and what dbt's context would give. #}
{% macro region_datasets() %}
{% set measures = [
    {'measure': 'm_code', 'kind': 'code', 'is_boolean': false, 'bands': [], 'counts_people': false},
    {'measure': 'm_flag', 'kind': 'flag', 'is_boolean': true, 'bands': [], 'counts_people': false},
    {'measure': 'm_date', 'kind': 'date', 'is_boolean': false, 'bands': [], 'counts_people': false},
    {'measure': 'm_number', 'kind': 'number', 'is_boolean': false, 'bands': [[0, 5, '0-4'], [5, none, '5+']], 'counts_people': true}
] %}
{% set coverage = {'districts': ['D1'], 'min_age': 1, 'max_age': none, 'valid_from': none, 'valid_to': none} %}
{% set datasets = [] %}
{% for subject in ['person', 'premises', 'ward'] %}
{% do datasets.append({
    'dataset': 'about_' ~ subject, 'title': subject, 'partner': 'p', 'subject': subject, 'lead_service': 's',
    'identity': ['uprn'], 'period': ['valid_from', 'valid_to'], 'stale_after_days': 1, 'coverage': coverage, 'measures': measures
}) %}
{% endfor %}
{% do return(datasets) %}
{% endmacro %}

{% macro env_var(name, default='') %}2025-01-01{% endmacro %}
