{# What partners' systems write where they know nothing. Never a fact about a person. #}

{% macro name_placeholders() %}
    {% do return([
        'UNKNOWN', 'NOT KNOWN', 'NOT GIVEN', 'NOT STATED', 'UNBORN', 'TEST', 'NONE', 'NA', 'N K', 'NK', 'X', 'XX', 'XXX'
    ]) %}
{% endmacro %}

{% macro birth_date_placeholders() %}
    {% do return(['1753-01-01', '1800-01-01', '1899-12-30', '1899-12-31', '1900-01-01', '1900-01-02', '1901-01-01']) %}
{% endmacro %}

{# Numbers that manuals and training systems print as examples. #}
{% macro nino_placeholders() %}
    {% do return(['AB123456', 'QQ123456', 'AA000000', 'ZZ999999']) %}
{% endmacro %}

{% macro email_placeholders() %}
    {% do return(['none', 'no', 'na', 'noemail', 'no.email', 'no-email', 'noreply', 'unknown', 'test']) %}
{% endmacro %}
