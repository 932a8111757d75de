"""A cluster to hand tasks to: `cluster`. Spark is asked to start it, to run tasks, and to run them again where a
machine is lost; what it says for itself goes to a log.
"""

from __future__ import annotations

import atexit
import os
import pickle
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

from pol_lang.problem import Problem, Problems
from polc.batch.spark_machine import on_machine, results
from polc.batch.spark_problems import NoMachines, NoMaster, SparkFailed, SparkPython
from polc.batch.spark_tasks import Shipped
from polc.claims.place import shown

T = TypeVar("T")
_SETTINGS = {
    "spark.app.name": "polc settle",
    "spark.ui.enabled": "false",
    "spark.task.maxFailures": "8",
    "spark.python.worker.reuse": "true",
}
_WAIT = "spark.polc.wait"
_WAIT_SECONDS = 300
_CONNECT_SECONDS = 5
_QUICK_START = "-XX:TieredStopAtLevel=1"
"""Java only hands out tasks: to make it fast takes longer than it runs."""


class Cluster:
    """Runs tasks on the machines of a cluster; `cores` says how many at once."""

    def __init__(self, context: Any, master: str, log: str) -> None:
        self.context, self.master, self.log = context, master, log
        self.here = is_local(master)
        self.wait = _seconds(context.getConf())
        self.cores: int = context.defaultParallelism
        self.shipped: Any = None
        self.work = Path()

    def ship(self, shipped: Shipped) -> None:
        """Sends to each machine once what every task needs."""
        self.shipped, self.work = self.context.broadcast(shipped), shipped.pieces.work.folder

    def run(
        self, task: Callable[[Shipped, Any], T], items: Sequence[Any], tell: Callable[[int], None] | None = None
    ) -> list[T]:
        """What a task gives for each item, in order; `tell` hears how many of them are done. Raises `Problems`."""
        if not len(items):
            return []
        packed = [pickle.dumps(item) for item in items]
        function = on_machine(self.shipped, task, os.getcwd(), self.work)
        rows = self.context.parallelize(packed, len(packed)).map(function)
        with ThreadPoolExecutor(1) as pool:
            found = self._waited(pool.submit(rows.collect), tell)
        return results(found)

    def _waited(self, waiting: Future[list[Any]], tell: Callable[[int], None] | None) -> list[Any]:
        alone: float | None = None
        while True:
            try:
                return waiting.result(0.5)
            except NotYet:
                if tell:
                    tell(self._done())
            alone = (alone or monotonic()) if self._alone() else None
            if alone and monotonic() - alone > self.wait:
                self.context.cancelAllJobs()
                raise Problems([NoMachines(where=self.master, seconds=self.wait, log=kept(self.log))])

    def _done(self) -> int:
        tracker = self.context.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return sum(stage.numCompletedTasks for stage in stages if stage is not None)

    def _alone(self) -> bool:
        """Whether there is no machine to run anything."""
        return not self.here and self.context._jsc.sc().getExecutorMemoryStatus().size() < 2


def _seconds(conf: Any) -> int:
    """How long a cluster may take to give a machine; what is no number of seconds counts as nothing said."""
    told = str(conf.get(_WAIT, ""))
    return int(told) if told.isdecimal() else _WAIT_SECONDS


def is_local(master: str) -> bool:
    """Whether tasks run in processes of this machine alone."""
    return master == "local" or master.startswith("local[")


@contextmanager
def cluster(master: str, log: str = "") -> Iterator[Cluster]:
    """The cluster under an address; what Spark says is written to `log`. Raises `Problems` where it cannot be had, or a
    task fails for good."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    _answers(master)
    context: Any = None
    told = ""
    try:
        told = _launched(log)
        context = _context(master, told)
        yield Cluster(context, master, told)
    except (Py4JError, PySparkException) as error:
        raise Problems([_problem(error, master, told, context is not None)]) from None
    finally:
        if context is not None:
            _stop(context)


def _answers(master: str) -> None:
    """Raises `Problems` where nobody answers at any of the addresses of a cluster that Spark itself manages, or nothing
    says where another is: Spark would try for minutes."""
    if master == "yarn" and not (os.environ.get("HADOOP_CONF_DIR") or os.environ.get("YARN_CONF_DIR")):
        raise Problems([NoMaster(where=master, detail="HADOOP_CONF_DIR")])
    if not master.startswith("spark://"):
        return
    refused = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
            return
        except (OSError, ValueError, OverflowError) as error:
            refused.append(f"{address}: {shown(error)}")
    raise Problems([NoMaster(where=master, detail="; ".join(refused))])


# ---------------------------------------------------------------- Java


_LOGS: dict[str, bool] = {}
"""The log of the Java that runs in this process, and whether it is to be kept."""


def kept(log: str) -> str:
    """A log that somebody was told of, and so is kept."""
    _LOGS[log] = True
    return log


def _launched(log: str) -> str:
    """Starts Java, unless it runs already; where its messages go."""
    from pyspark import SparkContext, java_gateway

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    gateway = SparkContext._gateway
    if gateway is not None and gateway.proc is not None and gateway.proc.poll() is not None:
        SparkContext._gateway = SparkContext._jvm = gateway = None  # it died with an earlier run
    if gateway is not None and _LOGS:
        return next(iter(_LOGS))
    if not log:
        handle, path = tempfile.mkstemp(prefix="polc-spark-", suffix=".log")
        os.close(handle)
        atexit.register(_forget, path)
    _LOGS.clear()
    _LOGS[log or path] = bool(log)
    if gateway is not None:
        return log or path
    options = os.environ.get("JDK_JAVA_OPTIONS")
    os.environ["JDK_JAVA_OPTIONS"] = f"{_QUICK_START} {options or ''}".strip()
    try:
        with open(log or path, "ab") as out:
            launch: Any = java_gateway.launch_gateway
            gateway = launch(popen_kwargs={"stdout": out, "stderr": out})
    finally:
        if options is None:
            del os.environ["JDK_JAVA_OPTIONS"]
        else:
            os.environ["JDK_JAVA_OPTIONS"] = options
    SparkContext._ensure_initialized(gateway=gateway)
    return log or path


def _forget(log: str) -> None:
    if not _LOGS.get(log):
        with suppress(OSError):
            os.unlink(log)


def _context(master: str, log: str) -> Any:
    """Spark's context; raises `Problems` where the cluster does not take the run in time."""
    from pyspark import SparkConf, SparkContext

    for thread in _STOPPING:
        thread.join()
    conf = SparkConf(_jvm=SparkContext._jvm)
    for key, value in _SETTINGS.items():
        conf.setIfMissing(key, value)
    conf.set("spark.ui.showConsoleProgress", "false").setMaster(master)
    seconds = _seconds(conf)
    pool = ThreadPoolExecutor(1)
    waiting = pool.submit(SparkContext, conf=conf)
    pool.shutdown(wait=False)
    try:
        return waiting.result(seconds)
    except NotYet:
        gateway = SparkContext._gateway
        if gateway is not None and gateway.proc is not None:
            gateway.proc.kill()
        raise Problems([NoMachines(where=master, seconds=seconds, log=kept(log))]) from None


_STOPPING: list[Thread] = []


def _stop(context: Any) -> None:
    """Lets the machines go. Spark's own tidying up takes a second more, which nobody has to wait for."""
    with suppress(Exception):
        context._jsc.stop()
    _STOPPING[:] = [Thread(target=context.stop, daemon=True)]
    _STOPPING[0].start()


# ---------------------------------------------------------------- what went wrong


def _problem(error: Exception, master: str, log: str, running: bool) -> Problem:
    text = str(error)
    for pattern in (r"Cannot run program[^\n]*", r"Python in worker[^\n]*?(?=, PySpark|\n|$)"):
        if found := re.search(pattern, text):
            return SparkPython(where=master, python=os.environ["PYSPARK_PYTHON"], detail=shown(found[0]))
    if master.startswith("spark://") and not running:
        return NoMaster(where=master, detail=_cause(error))
    return SparkFailed(where=master, detail=_cause(error), log=kept(log))


def _cause(error: Exception) -> str:
    """The line of a failure that says most: the last that names an error which is not only Spark's own."""
    lines = [line.strip().removeprefix("Caused by: ").removeprefix(": ") for line in str(error).splitlines()]
    told = [line for line in lines if _ERROR.match(line)]
    own = [line for line in told if not line.startswith(_SPARK)]
    return shown((own or told or [*filter(None, lines)] or [type(error).__name__])[-1])


_ERROR = re.compile(r"[\w.$]*(?:Error|Exception)(?::|$)")
_SPARK = ("org.apache.spark.SparkException", "org.apache.spark.api.python.PythonException")
