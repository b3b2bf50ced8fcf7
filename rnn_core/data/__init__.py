"""Sentences: text rules, vocabulary, dataset, faults and repairs, and file formats."""
