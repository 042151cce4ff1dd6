"""What one moves in JupyterLab or in a page: forms, ratings, the weight explorer."""
