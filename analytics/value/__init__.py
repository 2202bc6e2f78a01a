"""What customers will still bring: buy-till-you-die models, their fit, and the value they give."""
