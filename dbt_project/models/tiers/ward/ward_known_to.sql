{{ linked_tier('ward', 'known_to') }}
