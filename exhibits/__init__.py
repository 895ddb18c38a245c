"""What is drawn in the book: figures that say in words what they show, and explorers.

A package of its own beside `divcore`, which is formulas and nothing else.
"""
