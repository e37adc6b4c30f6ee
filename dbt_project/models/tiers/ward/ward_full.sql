{{ linked_tier('ward', 'full') }}
