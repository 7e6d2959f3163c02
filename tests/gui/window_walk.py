#!/usr/bin/env python3
"""Drives the real window under Xvfb with a real mouse and keyboard, as a new user would.

  window_walk.py walk    through IX: predict, do, break it, compare; the pages of all twelve; a check
  window_walk.py kill    SIGKILL of twelve-lab at random moments leaves no process, port or file

twelve-lab --describe says what the window shows and where; xdotool does the clicking. Everything is
waited for by what the window shows, with a generous deadline. Only processes that this script
started, or that carry its mark in their environment, are looked at or ended, each by its pid.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

BIN = os.environ.get("TWELVE_BIN", "build/dev/bin")
DEADLINE = 90.0
MARK = "TWELVE_WALK_MARK=" + uuid.uuid4().hex


class Failed(Exception):
    pass


def marked_processes():
    """"pid command" of every process that carries this run's mark."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if MARK.encode() not in file.read():
                    continue
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                found.append((int(pid), file.read().replace(b"\0", b" ").decode(errors="replace")))
        except OSError:
            continue
    return found


class Display:
    def __init__(self, width=1600, height=1000):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failed("Xvfb did not start")
        self.name = ":" + number

    def close(self):
        self.process.terminate()
        self.process.wait()


class Lab:
    """One twelve-lab with a home, a temporary directory and a state directory of its own."""

    def __init__(self, display, home, arguments=()):
        self.display = display
        self.home = home
        self.tmp = os.path.join(home, "tmp")
        os.makedirs(self.tmp, exist_ok=True)
        self.report = os.path.join(home, "screen.json")
        if os.path.exists(self.report):
            os.remove(self.report)
        name, value = MARK.split("=")
        environment = {"DISPLAY": display.name, "HOME": home, "TMPDIR": self.tmp,
                       "XDG_STATE_HOME": os.path.join(home, "state"), "PATH": os.environ["PATH"],
                       "LIBGL_ALWAYS_SOFTWARE": "1", name: value}
        self.log = open(os.path.join(home, "lab.log"), "w+")
        self.process = subprocess.Popen(
            [os.path.join(BIN, "twelve-lab"), "--describe", self.report, "--size", "1600x1000", *arguments],
            env=environment, cwd=home, stdout=self.log, stderr=self.log)

    def screen(self):
        try:
            with open(self.report) as file:
                return json.load(file)
        except (OSError, ValueError):
            return {"items": {}, "values": {}}

    def wait(self, what, predicate):
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                self.log.seek(0)
                raise Failed(f"twelve-lab ended with {self.process.returncode} while {what}: {self.log.read()}")
            screen = self.screen()
            if predicate(screen):
                return screen
            time.sleep(0.05)
        values = {k: v for k, v in self.screen()["values"].items() if len(v) < 200}
        raise Failed(f"did not come to pass: {what}; the window shows {json.dumps(values, indent=1)}"
                     f" and {sorted(self.screen()['items'])}")

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], check=True, env={**os.environ, "DISPLAY": self.display.name},
                       stdout=subprocess.DEVNULL)

    def item(self, path):
        return self.wait(f"{path} is on the screen", lambda s: path in s["items"])["items"][path]

    def click(self, path):
        x, y, width, height = self.item(path)
        self.xdotool("mousemove", int(x + width / 2), int(y + height / 2))
        time.sleep(0.1)  # the window must have seen the pointer before the button
        self.xdotool("click", 1)

    def click_until(self, path, what, predicate):
        """Some layouts still move while they settle: a click may miss, as a person's does."""
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            self.click(path)
            again = time.monotonic() + 6
            while time.monotonic() < again:
                if predicate(self.screen()):
                    return
                time.sleep(0.05)
        self.wait(what, predicate)

    def value(self, path):
        return self.screen()["values"].get(path, "")

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait()


def nothing_left(tmp):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        left = marked_processes()
        files = os.listdir(tmp)
        if not left and not files:
            return
        time.sleep(0.02)
    raise Failed(f"left behind: {marked_processes()} {os.listdir(tmp)}")


def shows(path, text):
    return lambda screen: text in screen["values"].get(path, "")


def ready(lab):
    lab.wait("every process is ready", lambda s: "3 of 3 ready" in s["values"].get("top/state", ""))


def walk(display, home):
    lab = Lab(display, home)
    try:
        ready(lab)
        lab.xdotool("key", "9")
        steps = find(lab, "/answer 1")[: -len("answer 1")]
        lab.click_until(steps + "answer 1", "an answer is chosen", shows(steps + "phase", "Do"))
        lab.click_until(steps + "do", "the step was measured", shows(steps + "phase", "Explain"))
        observed = lab.value(steps + "observed")
        if not observed.startswith("0 of "):
            raise Failed("as built, requests failed: " + observed)
        again = find(lab, "compare/right/again")
        lab.click_until(again, "the broken run begins",
                        lambda s: "compare/right" not in "".join(p for p in s["items"] if p == again))
        broken = again[: -len("again")] + "sentence"
        lab.wait("the broken run stands beside the good one", lambda s: s["values"].get(broken, "") != "")
        print("as built:", observed)
        print("broken:  ", lab.value(broken))
        if lab.value(broken).startswith("0 of "):
            raise Failed("broken, no request failed: " + lab.value(broken))
        for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equal"]:
            lab.xdotool("key", key)
            time.sleep(0.3)
        lab.xdotool("key", "9")
        lab.wait("it is back at factor IX", lambda s: steps + "phase" in s["values"])
        time.sleep(1)  # what it remembers is written with the next frame
    finally:
        lab.end()
    nothing_left(lab.tmp)
    state = json.load(open(os.path.join(home, "state", "twelve", "lab.json")))
    if state["factor"] != 9:
        raise Failed(f"the window forgot where it was: {state}")


def find(lab, ending):
    screen = lab.wait(f"something that ends with {ending} is on the screen",
                      lambda s: any(path.endswith(ending) for path in s["items"]))
    return next(path for path in screen["items"] if path.endswith(ending))


def kill(display, home):
    rounds = int(os.environ.get("TWELVE_STORM_ROUNDS", "5"))
    seed = random.randrange(1 << 30)
    print("seed", seed)
    moments = random.Random(seed)
    for number in range(rounds):
        lab = Lab(display, home)
        if number % 2 == 0:
            lab.wait("it shows something", lambda s: s["items"])
        time.sleep(moments.uniform(0, 2.5))
        lab.end(signal.SIGKILL)
        nothing_left(lab.tmp)
    print(rounds, "kills left nothing")


def main():
    display = Display()
    home = tempfile.mkdtemp(prefix="twelve-walk-")
    try:
        {"walk": walk, "kill": kill}[sys.argv[1]](display, home)
    except Failed as failure:
        print("FAILED:", failure)
        return 1
    finally:
        for pid, _ in marked_processes():
            os.kill(pid, signal.SIGKILL)
        display.close()
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
