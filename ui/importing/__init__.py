"""From dropped files to data: what waits, how each is understood and corrected, what came of it."""
