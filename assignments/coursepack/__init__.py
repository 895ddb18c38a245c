"""The course pack: builds student releases and grades what comes back, in a closed jail."""
