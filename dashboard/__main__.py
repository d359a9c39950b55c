"""`python -m dashboard` is the command `couture`."""

from dashboard.cli import main

if __name__ == "__main__":  # worker processes import this module again
    main()
