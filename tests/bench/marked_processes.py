"""Finding, weighing and ending the processes of one bench run."""

import os
import re
import select
import signal
import time


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
