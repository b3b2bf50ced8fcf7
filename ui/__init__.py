"""All that knows Streamlit or Plotly."""
