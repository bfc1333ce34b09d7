"""What Python tests assert, and how it differs between two versions of one test: syntax trees only, nothing runs."""
