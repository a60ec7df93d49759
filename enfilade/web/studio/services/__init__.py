"""What is offered by appointment."""
