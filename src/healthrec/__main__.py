"""`python -m healthrec` is the command `healthrec`."""

from healthrec.cli import main

if __name__ == "__main__":
    main()
