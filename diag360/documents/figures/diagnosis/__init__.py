"""The diagnosis of a territory: needs, scores, gaps, collection, perimeter."""
