# Runs one program after another as asked on stdin, one JSON object a line, and answers with what wait4(2) says of each.
#
# A small process of its own for two reasons. A child's peak memory counts from before its exec, so the parent must be
# small (getrusage(2), ru_maxrss): a Node parent would lend its children 50 MiB. And it lives inside the network namespace,
# so that entering it is not part of what is measured. CPU times are in microseconds, where time(1) has hundredths.

import json
import os
import socket
import sys
import time

NULL = os.open(os.devnull, os.O_RDONLY)


def run(order):
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_DUP2, NULL, 0),
        (os.POSIX_SPAWN_OPEN, 1, order["stdout"], flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, order["stderr"], flags, 0o600),
    ]
    started = time.perf_counter_ns()
    pid = os.posix_spawn(order["argv"][0], order["argv"], order["env"], file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter_ns() - started
    return {
        "wallMs": wall / 1e6,
        "cpuMs": (usage.ru_utime + usage.ru_stime) * 1e3,
        # Kibibytes on Linux.
        "peakMiB": usage.ru_maxrss / 1024,
        "exitCode": os.waitstatus_to_exitcode(status),
    }


def connect(order):
    started = time.perf_counter_ns()
    with socket.create_connection((order["connect"]["address"], order["connect"]["port"]), timeout=10):
        return {"connectMs": (time.perf_counter_ns() - started) / 1e6}


for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = connect(order) if "connect" in order else run(order)
    except OSError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
