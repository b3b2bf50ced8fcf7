"""Parts of the Guide and Challenges pages: a lesson's text, its figure, the guess before the answer, and the notebook."""
