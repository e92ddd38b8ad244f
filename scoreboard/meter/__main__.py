"""`python -m scoreboard.meter`: started by the host, with the control socket as its standard input."""

from scoreboard.meter.control import main

if __name__ == "__main__":
    main()
