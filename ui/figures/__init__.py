"""The figures of each page: a report's table in, a titled figure with its table on the page."""
