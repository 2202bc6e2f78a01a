"""The figures, one family a file; each function takes a small table and gives a Plotly figure.

`frame.show` puts a figure on the page with its title, caption, table and downloads, and gives what
was clicked.
"""
