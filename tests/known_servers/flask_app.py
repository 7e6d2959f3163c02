"""A Flask application as its tutorial has it. /slow takes three seconds."""
import time

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "hello\n"


@app.get("/slow")
def slow():
    time.sleep(3)
    return "slow\n"
