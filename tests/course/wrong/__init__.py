"""Typical wrong answers, one misconception each.

A function is called ``question__slip``: the name of the function that was asked for, two
underscores, and a name for the slip. Its docstring says what went wrong in the student's
head, and, after *Says:*, words of the message that has to name it. The functions may use what
the notebook gives (``math``, ``np``, ``pmf``, ``lift``), and nothing of the solution.
"""
