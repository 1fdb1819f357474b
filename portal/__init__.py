"""The outermost package: settings, pages, addresses for machines. It may import everything; nothing imports it."""
