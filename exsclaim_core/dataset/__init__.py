"""What a run ends with: its results as JSON, CSV and Parquet, and web pages on which they can be looked through."""
