"""Tests of the core, a file a module."""
