"""Many trainings at once: which experiments a sweep has, how they are run on one machine or many, and what is kept of each."""
