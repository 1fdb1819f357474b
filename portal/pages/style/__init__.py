"""The living style page: what the sheet says of itself, and each part drawn by the very template that the pages use."""
