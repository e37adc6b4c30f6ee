{{ linked_tier('street', 'full') }}
