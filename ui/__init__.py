"""All that knows Streamlit or Plotly; start reading at page.py, data.py and controls.py."""
