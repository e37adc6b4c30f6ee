{{ linked_tier('postcode', 'known_to') }}
