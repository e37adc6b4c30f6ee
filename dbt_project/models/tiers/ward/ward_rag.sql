{{ linked_tier('ward', 'rag') }}
