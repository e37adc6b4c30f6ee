{{ linked_tier('street', 'known_to') }}
