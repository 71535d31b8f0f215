"""The demo's world, with a planted truth: people compare shape and colour, and ignore the background."""
