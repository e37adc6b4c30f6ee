{{ linked_tier('household', 'full') }}
