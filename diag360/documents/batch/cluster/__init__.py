"""The documents of a batch made on several machines, with Dask distributed."""
