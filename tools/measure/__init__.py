"""Measure the built site: ``make measure``."""
