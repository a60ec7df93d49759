"""Pictures that maisons uploaded and published."""
