"""The process runners that are compared, and how each is started."""

import os
import shutil

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
