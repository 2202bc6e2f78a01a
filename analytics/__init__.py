"""The questions: Ibis table in, small table out."""
