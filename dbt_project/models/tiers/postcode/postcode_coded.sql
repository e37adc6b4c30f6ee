{{ linked_tier('postcode', 'coded') }}
