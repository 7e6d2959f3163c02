#!/usr/bin/env python3
"""Runs `twelve run` and other process runners over the same small programs and prints one table.

  runners_bench.py BUILD [--only NAME,...] [--parts flood,launch,...] [--lines N] [--install-peers]

Peers: ruby-foreman and supervisor from Debian; concurrently and foreman (nf) from npm, which
--install-peers puts into BUILD/bench-peers. A peer that is not there is named as missing. `cat` is
the limit: a pipe and a file, no runner.

Parts, each with what it measures:
  flood     4 services write numbered lines of 100 bytes; every line that arrives is checked
  tail      20,000 lines and an unterminated one, written at once just before exit (A) or in the
            SIGTERM handler (B): how many arrive
  prompt    until an unfinished line shows on a terminal, and how long it holds up another service
  launch    from starting the runner until the last of 50 services runs
  stop      from SIGTERM to the runner until 50 services that ignore nothing, and the runner, are gone
  kill      8 services (4 direct, 4 under `cmd; true`), each with a child and a grandchild in its own
            session: SIGTERM, and in a second run SIGKILL, to the runner; how many of 24 are left

Everything that is started carries a marker in its environment; only such processes are ever
signalled, each by its own pid.
"""

import argparse
import glob
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

from marked_processes import Processes, Watch
from peer_runners import all_runners

PATIENCE = 10.0  # seconds in which all services of a run must have started
ATTEMPTS = 3  # at a flood: ruby-foreman hangs at start now and then when a child prints at once
SETTLE = 2.0  # seconds without growth after which a sink counts as complete
FLOODS = ["c0", "c1", "c2", "c3"]


class Run:
    """One start of a runner, with what it started; ends all of it."""

    def __init__(self, bench, runner, services, on_terminal=False):
        self.folder = tempfile.mkdtemp(prefix="run-", dir=bench.folder)
        self.marks = f"{self.folder}/marks"
        os.mkdir(self.marks)
        self.bench = bench
        marker = uuid.uuid4().hex
        self.processes = Processes(marker)
        argv, sinks = runner.start(self.folder, services)
        self.out = f"{self.folder}/stdout"
        self.sinks = [self.out if s == "-" else s for s in sinks]
        environment = {k: os.environ[k] for k in ("PATH", "HOME", "LANG") if k in os.environ}
        environment.update(BENCH_MARKER=marker, BENCH_MARKS=self.marks, TERM="xterm")
        self.terminal = None
        self.started = time.monotonic()
        if on_terminal:
            self.terminal, inner = pty.openpty()
            self.process = subprocess.Popen(argv, cwd=self.folder, env=environment, stdin=inner,
                                            stdout=inner, stderr=inner, start_new_session=True)
            os.close(inner)
        else:
            with open(self.out, "wb") as out:
                self.process = subprocess.Popen(argv, cwd=self.folder, env=environment,
                                                stdin=subprocess.DEVNULL, stdout=out,
                                                stderr=subprocess.STDOUT, start_new_session=True)
        self.processes.roots.add(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.processes.end()
        self.process.wait()
        if self.terminal is not None:
            os.close(self.terminal)
        if not self.bench.keep:
            shutil.rmtree(self.folder)

    def marked(self, name="*"):
        return glob.glob(f"{self.marks}/{name}")

    def wait_marks(self, count, name="*"):
        """The moments at which that many workloads said that they run, or None."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            files = self.marked(name)
            if len(files) >= count:
                moments = []
                for file in files:
                    with open(file, encoding="ascii") as mark:
                        moments.append(int(mark.read()) / 1e9)
                return sorted(moments)
            if self.process.poll() is not None and len(files) == 0:
                return None
            time.sleep(0.005)
        return None

    def why_not(self, count):
        """A sentence for a run in which not all services started."""
        code = self.process.poll()
        if code is None:
            return f"HUNG at start: {len(self.marked())} of {count} services run"
        said = ""
        if os.path.exists(self.out):
            with open(self.out, encoding="utf-8", errors="replace") as out:
                said = (out.read().strip().splitlines() or [""])[-1][:120]
        return f"ENDED at start with {code}, {len(self.marked())} of {count} services ran: {said}"

    def sink_bytes(self):
        return sum(os.path.getsize(s) for s in self.sinks if os.path.exists(s))

    def wait_settled(self, until_exit=False):
        """When the sinks last grew: once they stand still, or the runner has ended."""
        size, grew = self.sink_bytes(), time.monotonic()
        deadline = grew + 120
        while time.monotonic() < deadline:
            time.sleep(0.004)
            now = self.sink_bytes()
            if now != size:
                size, grew = now, time.monotonic()
            over = until_exit and self.process.poll() is not None
            if over or time.monotonic() - grew > SETTLE:
                return grew
        return grew

    def verify(self, lines, names):
        out = subprocess.run([self.bench.workload("verify"), str(lines), ",".join(names)]
                             + [s for s in self.sinks if os.path.exists(s)],
                             check=True, capture_output=True, text=True).stdout.split()
        return dict(zip(out[::2], map(int, out[1::2])))


class Bench:
    def __init__(self, build, lines, keep):
        self.build, self.lines, self.keep = build, lines, keep
        self.folder = tempfile.mkdtemp(prefix="runners-", dir=build)

    def workload(self, name):
        return f"{self.build}/bench/bench-{name}"

    def flood(self, runner):
        for hung in range(ATTEMPTS):
            came, result = self.flood_once(runner)
            if came:
                return result + (f"  (hung at start {hung} times before)" if hung else "")
        return f"{result}, {ATTEMPTS} times of {ATTEMPTS}"

    def flood_once(self, runner):
        lines = self.lines // 20 if runner.slow else self.lines
        services = [(n, f"{self.workload('flood')} {n} {lines} stay") for n in FLOODS]
        with Run(self, runner, services) as run:
            moments = run.wait_marks(len(FLOODS), "c*")
            if moments is None:
                return False, run.why_not(len(FLOODS))
            end = run.wait_settled()
            cpu, rss = run.processes.usage(f"{self.build}/bench/")
            tally = run.verify(lines, FLOODS)
        total = lines * len(FLOODS)
        came = total - tally["lost"]
        return True, (
                f"{came / max(end - moments[0], 1e-6):>10,.0f} lines/s"
                f"  {cpu * 1e6 / total:6.2f} us CPU/line  {rss:5.0f} MB peak"
                f"  lost {tally['lost']}  cut {tally['cut']}  reordered {tally['reordered']}"
                f"  of {total:,}")

    def tail(self, runner):
        results = []
        for variant in ("A", "B"):
            command = f"{self.workload('tail')} c0 20000" + (" on-term" if variant == "B" else "")
            with Run(self, runner, [("c0", command)]) as run:
                if run.wait_marks(1, "c0*") is None:
                    results.append(f"{variant}: {run.why_not(1)}")
                    continue
                if variant == "B":
                    run.process.send_signal(signal.SIGTERM)
                run.wait_settled(until_exit=True)
                tally = run.verify(20000, ["c0"])
                end = "whole" if tally["end"] else "LOST"
                results.append(f"{variant}: {20000 - tally['lost']} of 20000, last line {end}")
        return "   ".join(results)

    def prompt(self, runner):
        if not runner.prefixes:
            return "shows no output of services on its terminal"
        services = [("ask", f"{self.workload('prompt')} ask"),
                    ("tick", f"{self.workload('prompt')} tick")]
        with Run(self, runner, services, on_terminal=True) as run:
            shown = answered = last_tick = None
            gap, deadline = 0.0, time.monotonic() + 8
            first_tick, seen = None, b""
            while answered is None and time.monotonic() < deadline:
                if not select.select([run.terminal], [], [], 0.05)[0]:
                    continue
                try:
                    chunk = os.read(run.terminal, 65536)
                except OSError:
                    break
                now = time.monotonic()
                seen = seen[-64:] + chunk
                if b"tick" in chunk:
                    first_tick = first_tick or now
                    gap = max(gap, now - last_tick) if last_tick else 0.0
                    last_tick = now
                if shown is None and b"Name? " in seen:
                    shown = now
                if b"answered" in seen:
                    answered = now
        if shown is None:
            return "the prompt never showed"
        until = f"{(answered - shown) * 1000:.0f} ms before its line was whole" if answered else "?"
        return f"shown {until} (2000 = at once)   longest silence of the other {gap * 1000:.0f} ms"

    def launch(self, runner):
        services = [(f"t{i}", f"{self.workload('trivial')} t{i}") for i in range(50)]
        with Run(self, runner, services) as run:
            moments = run.wait_marks(50)
            if moments is None:
                return run.why_not(50)
            return f"{(moments[-1] - run.started) * 1000:7.0f} ms"

    def stop(self, runner):
        services = [(f"t{i}", f"{self.workload('trivial')} t{i}") for i in range(50)]
        with Run(self, runner, services) as run:
            if run.wait_marks(50) is None:
                return run.why_not(50)
            time.sleep(1.0)  # a runner at rest: all of its own start-up is over
            mine = [p for p, exe in run.processes.all().items()
                    if exe == self.workload("trivial")]
            watch = Watch(mine + [run.process.pid])
            begin = time.monotonic()
            run.process.send_signal(signal.SIGTERM)
            ended = watch.until_gone(15)
            left = sum(pid in watch.open for pid in mine)
            watch.close()
            runner = ended.pop(run.process.pid, None)
            services_gone = f"{left} LEFT after 15 s"
            if not left:
                services_gone = f"{(max(ended.values()) - begin) * 1000:7.1f} ms"
            runner_gone = f"{(runner - begin) * 1000:.1f} ms" if runner else "STILL THERE after 15 s"
            return f"services {services_gone}   runner {runner_gone}"

    def kill(self, runner):
        tree = self.workload("tree")
        services = [(f"d{i}", f"{tree} d{i}") for i in range(4)]
        services += [(f"s{i}", f"{tree} s{i}; true") for i in range(4)]
        results = []
        for number, limit in ((signal.SIGTERM, 8), (signal.SIGKILL, 4)):
            with Run(self, runner, services) as run:
                if run.wait_marks(24) is None:
                    return run.why_not(24)
                before = run.processes.all()
                watch = Watch([p for p, exe in before.items() if exe == tree])
                helpers = Watch([p for p, exe in before.items()
                                 if exe != tree and p != run.process.pid])
                begin = time.monotonic()
                run.process.send_signal(number)
                ended = watch.until_gone(limit)
                helpers.until_gone(0.5)
                left, helpers_left = len(watch.open), len(helpers.open)
                watch.close()
                helpers.close()
                ends = f"{left} of 24 LEFT after {limit} s"
                if not left:
                    ends = f"0 of 24 left after {(max(ended.values()) - begin) * 1000:.1f} ms"
                also = f", {helpers_left} helpers" if helpers_left else ""
                results.append(f"{number.name}: {ends}{also}")
        return "   ".join(results)

    def cat_limit(self):
        """4 times `flood | cat > file`: what the machine gives without a runner."""
        begin, procs = time.monotonic(), []
        for name in FLOODS:
            flood = subprocess.Popen([self.workload("flood"), name, str(self.lines)],
                                     stdout=subprocess.PIPE)
            with open(f"{self.folder}/cat-{name}", "wb") as out:
                procs.append(subprocess.Popen(["cat"], stdin=flood.stdout, stdout=out))
            flood.stdout.close()
            procs.append(flood)
        for process in procs:
            process.wait()
        seconds = time.monotonic() - begin
        return f"{self.lines * len(FLOODS) / seconds:>10,.0f} lines/s"


PARTS = ["flood", "tail", "prompt", "launch", "stop", "kill"]


def install_peers(build):
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", f"{build}/bench-peers",
                    "concurrently@9.2.1", "foreman@3.0.1"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="build tree with -DTWELVE_BENCH=ON")
    parser.add_argument("--only", default="", help="names of runners, such as twelve,foreman")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--lines", type=int, default=1_000_000,
                        help="lines of each of 4 services; a twentieth for slow runners")
    parser.add_argument("--install-peers", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the runs' folders")
    args = parser.parse_args()
    build = os.path.realpath(args.build)
    if not os.access(f"{build}/bench/bench-verify", os.X_OK):
        sys.exit(f"{build} holds no bench programs: configure it with -DTWELVE_BENCH=ON and build")
    if args.install_peers:
        install_peers(build)
    parts = args.parts.split(",")
    unknown = [p for p in parts if p not in PARTS]
    if unknown:
        sys.exit(f"there is no part {unknown[0]}: choose from {', '.join(PARTS)}")
    bench = Bench(build, args.lines, args.keep)
    wanted = [w for w in args.only.split(",") if w]
    runners = [r for r in all_runners(build) if not wanted or any(w in r.name for w in wanted)]
    try:
        for part in parts:
            print(f"\n{part}")
            if part == "flood":
                print(f"  {'cat (the limit)':<18} {bench.cat_limit()}", flush=True)
            for runner in runners:
                if runner.program is None:
                    result = f"MISSING: {runner.missing}"
                else:
                    result = getattr(bench, part)(runner)
                note = "" if runner.prefixes or part != "flood" else "  (no prefix)"
                print(f"  {runner.name:<18} {result}{note}", flush=True)
    finally:
        if not args.keep:
            shutil.rmtree(bench.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
