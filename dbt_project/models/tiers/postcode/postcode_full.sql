{{ linked_tier('postcode', 'full') }}
