{{ linked_tier('street', 'coded') }}
