"""`python -m enfilade.demo`, which is what bin/demo runs."""

from enfilade.demo.command import demo

if __name__ == "__main__":
    demo()
