"""Drafts of requests: personal data read and checked, the request put together, PDF and DOCX."""
