"""Networks with their weights: which layer's maps are studied, and what makes an embedding of them."""
