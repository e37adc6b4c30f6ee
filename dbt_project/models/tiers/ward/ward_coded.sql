{{ linked_tier('ward', 'coded') }}
