"""Sentences: text rules, vocabulary, dataset, faults and repairs, and the formats that they come in."""
