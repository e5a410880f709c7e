"""What another tool holds comes in: applications of a call, and the people who review or mentor. Looked at before it is done."""
