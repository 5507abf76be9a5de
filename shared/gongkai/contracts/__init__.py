"""The published language: what services and outside systems may say to each other. Pydantic only."""
