{{ linked_tier('street', 'rag') }}
