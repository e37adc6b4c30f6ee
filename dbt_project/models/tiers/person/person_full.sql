{{ linked_tier('person', 'full') }}
