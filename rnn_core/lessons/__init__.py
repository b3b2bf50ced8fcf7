"""Lessons: chapters and challenges as files, what counts as done, and what a reader guessed and measured."""
