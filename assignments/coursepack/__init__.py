"""The course pack: releases assignments, grades what comes back, and cannot be talked into marks."""
