{{ linked_tier('person', 'coded') }}
