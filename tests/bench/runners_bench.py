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
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

PATIENCE = 10.0  # seconds in which all services of a run must have started
ATTEMPTS = 3  # at a flood: ruby-foreman hangs at start now and then when a child prints at once
SETTLE = 2.0  # seconds without growth after which a sink counts as complete
FLOODS = ["c0", "c1", "c2", "c3"]


class Processes:
    """The processes of one run, told by a marker in their environment or by their parents."""

    def __init__(self, marker):
        self.marker = b"BENCH_MARKER=" + marker.encode()
        self.roots = set()

    @staticmethod
    def _read(pid, name):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                return file.read()
        except OSError:
            return b""

    @staticmethod
    def _fields(pid):
        stat = Processes._read(pid, "stat")
        return stat[stat.rfind(b")") + 2:].split() if stat else []

    def all(self):
        """pid -> path of its program, of everything of this run that is alive."""
        parents, marked = {}, set()
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            pid = int(entry)
            fields = self._fields(pid)
            if not fields or fields[0] in (b"Z", b"X"):
                continue
            parents[pid] = int(fields[1])
            if pid in self.roots or self.marker in self._read(pid, "environ").split(b"\0"):
                marked.add(pid)
        grown = True
        while grown:
            more = {p for p, parent in parents.items() if parent in marked and p not in marked}
            marked |= more
            grown = bool(more)
        marked.discard(os.getpid())
        found = {}
        for pid in marked:
            try:
                found[pid] = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
        return found

    def usage(self, workloads):
        """CPU seconds and the sum of peak RSS in MB of everything but the workloads."""
        cpu, rss, ticks = 0.0, 0.0, os.sysconf("SC_CLK_TCK")
        for pid, program in self.all().items():
            if program.startswith(workloads):
                continue
            fields = self._fields(pid)
            if fields:
                # With its waited-for children: helpers that are gone by now.
                cpu += sum(int(fields[i]) for i in (11, 12)) / ticks
            peak = re.search(rb"VmHWM:\s+(\d+)", self._read(pid, "status"))
            rss += int(peak.group(1)) / 1024 if peak else 0
        return cpu, rss

    def end(self):
        """SIGKILL to what is left, until nothing is."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            left = self.all()
            if not left:
                return
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)


class Watch:
    """Waits for processes that are no children of ours."""

    def __init__(self, pids):
        self.open = {}
        for pid in pids:
            try:
                self.open[pid] = os.pidfd_open(pid)
            except ProcessLookupError:
                pass

    def until_gone(self, limit):
        """pid -> moment of its end. Leaves those that live on in self.open."""
        poll = select.poll()
        by_fd = {fd: pid for pid, fd in self.open.items()}
        for fd in by_fd:
            poll.register(fd, select.POLLIN)
        deadline, ended = time.monotonic() + limit, {}
        while by_fd and time.monotonic() < deadline:
            for fd, _ in poll.poll(max(0, (deadline - time.monotonic()) * 1000)):
                poll.unregister(fd)
                os.close(fd)
                pid = by_fd.pop(fd)
                del self.open[pid]
                ended[pid] = time.monotonic()
        return ended

    def close(self):
        for fd in self.open.values():
            os.close(fd)
        self.open = {}


# How each runner is started on a list of (name, command line). Returns argv and the files that the
# services' output arrives in, "-" being the runner's own stdout.


def with_procfile(folder, services, *argv):
    with open(f"{folder}/Procfile", "w", encoding="ascii") as file:
        file.writelines(f"{name}: {command}\n" for name, command in services)
    return list(argv), ["-"]


def with_supervisor(folder, services, program):
    lines = ["[supervisord]", "nodaemon=true", f"logfile={folder}/supervisord.log",
             f"pidfile={folder}/supervisord.pid", f"childlogdir={folder}"]
    for name, command in services:
        # supervisord runs no shell line by itself.
        argv = command if ";" not in command else f"/bin/sh -c '{command}'"
        lines += [f"[program:{name}]", f"command={argv}", "autorestart=false", "startsecs=0",
                  f"stdout_logfile={folder}/{name}.log", "stdout_logfile_maxbytes=0",
                  "redirect_stderr=true"]
    with open(f"{folder}/supervisord.conf", "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    return [program, "-c", f"{folder}/supervisord.conf"], [f"{folder}/{n}.log" for n, _ in services]


class Runner:
    def __init__(self, name, program, start, slow=False, missing="", prefixes=True):
        self.name, self.program, self.start = name, program, start
        self.slow, self.missing, self.prefixes = slow, missing, prefixes


def all_runners(build):
    def found(path):
        return path if path and os.access(path, os.X_OK) else None

    npm = f"{build}/bench-peers/node_modules/.bin"
    twelve = found(f"{build}/bin/twelve")
    foreman = shutil.which("foreman", path="/usr/bin:/usr/local/bin")
    supervisord = shutil.which("supervisord")
    concurrently, nf = found(f"{npm}/concurrently"), found(f"{npm}/nf")
    return [
        Runner("twelve run", twelve,
               lambda d, s: with_procfile(d, s, twelve, "run", f"{d}/Procfile"),
               missing="not built in this build tree"),
        Runner("ruby-foreman", foreman,
               lambda d, s: with_procfile(d, s, foreman, "start", "-f", f"{d}/Procfile"),
               slow=True, missing="apt install ruby-foreman"),
        Runner("supervisord", supervisord, lambda d, s: with_supervisor(d, s, supervisord),
               missing="apt install supervisor", prefixes=False),
        Runner("concurrently", concurrently,
               lambda d, s: ([concurrently, "-n", ",".join(n for n, _ in s)] + [c for _, c in s],
                             ["-"]),
               missing="--install-peers"),
        Runner("nf (npm foreman)", nf,
               lambda d, s: with_procfile(d, s, nf, "start", "-j", f"{d}/Procfile"),
               slow=True, missing="--install-peers"),
    ]


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
