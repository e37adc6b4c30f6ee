{{ linked_tier('person', 'rag') }}
