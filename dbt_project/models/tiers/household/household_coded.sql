{{ linked_tier('household', 'coded') }}
