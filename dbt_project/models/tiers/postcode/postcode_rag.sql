{{ linked_tier('postcode', 'rag') }}
