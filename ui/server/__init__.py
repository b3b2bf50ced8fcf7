"""What serves everybody: jobs, slots, presence, log and headers. Knows no page."""
