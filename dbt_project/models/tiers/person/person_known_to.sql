{{ linked_tier('person', 'known_to') }}
