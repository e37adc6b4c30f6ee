{{ linked_tier('household', 'known_to') }}
