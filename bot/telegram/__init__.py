"""The Telegram channel, inside the front's process: what comes is kept until it is answered, the answer until it is sent."""
