"""Who renews, what it is worth a month, and how long it will go on."""
