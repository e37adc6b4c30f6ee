{{ linked_tier('household', 'rag') }}
