"""Records and what is made of them. Knows neither harvesters nor pages."""
