"""What can be wrong with settling on a cluster. Needs no library of the extras."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class SparkMissing(Problem):
    """`--engine spark` hands the work to Spark, which is an extra, and needs Java 17 or newer on every machine. Without
    it polc settles on the machine it runs on.

        pip install 'polc[spark]'
    ---
    `--engine spark` 由 Spark 分到多台机器上结算。Spark 是可选的，没有安装；每台机器还需要 Java 17 或更新的版本。不用
    它时，polc 在本机结算。

        pip install 'polc[spark]'
    """

    module_zh: str = ""
    module_en: str = ""
    code = "C691"
    zh: ClassVar[str] = "用 Spark 结算需要{module_zh}，没有安装"
    en: ClassVar[str] = "settling with Spark needs {module_en}, which is not installed"
    hint_zh: ClassVar[str] = "安装：pip install 'polc[spark]'，和 Java 17；或者用 --engine native 在本机结算"
    hint_en: ClassVar[str] = "install it: pip install 'polc[spark]', and Java 17; or settle here with --engine native"


class SparkFailed(Problem):
    """Spark could not be started, or lost a task so often that it gave up: machines went away, or the system of a
    machine refused something, such as a file. The results are not there; the pieces that were done are kept, and the
    same command goes on with them.

    The log has everything Spark said. `--spark-log FILE` keeps it under a name of your own.
    ---
    Spark 没有启动，或者某一步反复失败而放弃：机器离线，或者机器的系统不允许，例如打不开文件。没有产生结果；已经完成的部
    分还在，再执行同一条命令会接着做。

    日志里有 Spark 输出的全部信息；`--spark-log FILE` 把它写到指定的文件。
    """

    detail: str = ""
    log: str = ""
    code = "C692"
    zh: ClassVar[str] = "Spark 没有完成：{detail}"
    en: ClassVar[str] = "Spark did not finish: {detail}"
    hint_zh: ClassVar[str] = "Spark 的日志：{log}；改正以后再执行同一条命令，会接着做"
    hint_en: ClassVar[str] = "Spark's log is {log}; once that is mended, the same command goes on with what is done"


class SparkPython(Problem):
    """A machine of the cluster could not start Python, or one of another version than the machine that started the run.
    Machines are told to use the Python under the path it has here, or under the one that the environment variable
    PYSPARK_PYTHON names.

    The simplest is to install the same Python with polc under the same path on every machine.
    ---
    集群里的机器启动不了 Python，或者 Python 的版本与启动运行的机器不同。各台机器用的 Python 与本机路径相同；环境变量
    PYSPARK_PYTHON 可以指定别的路径。

    最简单的做法：每台机器在同样的路径上安装同样的 Python 和 polc。
    """

    python: str = ""
    detail: str = ""
    code = "C688"
    zh: ClassVar[str] = "集群里的机器用不了“{python}”：{detail}"
    en: ClassVar[str] = "machines of the cluster cannot use “{python}”: {detail}"
    hint_zh: ClassVar[str] = "每台机器装同样版本的 Python，路径由环境变量 PYSPARK_PYTHON 指定"
    hint_en: ClassVar[str] = (
        "install the same version of Python on every machine; the environment variable PYSPARK_PYTHON says where"
    )


class PolcMissing(Problem):
    """A machine of the cluster does not have polc, or not the libraries it settles with. Every machine settles by
    itself, so each needs the same as the one that starts the run.

        pip install 'polc[spark]'
    ---
    集群里的机器没有装 polc，或者缺少结算用的库。每台机器自己结算，所以都要装得与启动运行的机器一样。

        pip install 'polc[spark]'
    """

    python: str = ""
    module: str = ""
    version: str = ""
    code = "C694"
    zh: ClassVar[str] = "这台机器的 Python（{python}）里没有“{module}”"
    en: ClassVar[str] = "“{module}” is not installed on this machine, in the Python {python}"
    hint_zh: ClassVar[str] = "在每台机器上安装：pip install 'polc[spark]=={version}'"
    hint_en: ClassVar[str] = "install it on every machine: pip install 'polc[spark]=={version}'"


class OtherPolc(Problem):
    """A machine of the cluster has another polc than the machine that started the run. It might read a plan in another
    way or come to something else, so none of it is used. What follows the version is a digest of the program: two that
    say the same version may differ where one was changed by hand or is under development.
    ---
    集群里的机器上的 polc 与启动运行的机器上的不同。它理解结算方案的方式可能不同，结果也可能不同，所以不用它。版本后面是
    程序的摘要：版本相同、摘要不同，说明有一处是开发中的版本，或者被改动过。
    """

    python: str = ""
    theirs: str = ""
    ours: str = ""
    code = "C695"
    zh: ClassVar[str] = "这台机器上是 polc {theirs}（{python}），启动运行的机器上是 {ours}"
    en: ClassVar[str] = "this machine has polc {theirs} (in {python}), the one that started the run {ours}"
    hint_zh: ClassVar[str] = "在每台机器上安装同一个版本的 polc[spark]"
    hint_en: ClassVar[str] = "install the same polc[spark] on every machine"


class NotShared(Problem):
    """A machine of the cluster does not see the folder of the results, or the machine that started the run does not see
    what others wrote there. All machines read the claims and write the results themselves, so these must stand on a
    file system that all share, under the same paths.
    ---
    集群里的机器看不到结果目录，或者启动运行的机器看不到别的机器写在里面的文件。各台机器自己读就诊表、写结果，所以这些文件
    要放在各台机器共享的文件系统里，路径也要相同。
    """

    path: str = ""
    code = "C697"
    zh: ClassVar[str] = "这台机器看不到“{path}”"
    en: ClassVar[str] = "“{path}” is not to be seen from this machine"
    hint_zh: ClassVar[str] = "就诊表和结果目录放在各台机器共享的文件系统里，路径相同"
    hint_en: ClassVar[str] = (
        "put the claims and the results on a file system that all machines share, under the same paths"
    )


class NoMaster(Problem):
    """Nothing answers at the address of the Spark cluster: it is misspelt, the cluster is not running, or something on
    the way (a firewall) keeps this machine from it.
    ---
    Spark 集群的地址没有应答：地址写错了，集群没有运行，或者中间被拦下了（例如防火墙）。
    """

    detail: str = ""
    code = "C698"
    zh: ClassVar[str] = "这个地址没有 Spark 应答（{detail}）"
    en: ClassVar[str] = "no Spark answers at this address ({detail})"
    hint_zh: ClassVar[str] = "检查 --master 的地址，例如 spark://主机:7077"
    hint_en: ClassVar[str] = "look at the address after --master, such as spark://host:7077"


class NoMachines(Problem):
    """The cluster took the run but gave it no machine to work on within the time: none is running, all are taken by
    others, or none has the memory and cores that a run asks for. What was done is kept, and the same command goes on
    with it.

    The time is `spark.polc.wait` in Spark's configuration, in seconds.
    ---
    集群接受了这次运行，但在限定的时间里没有给出机器：没有机器在运行，都被占用，或者没有一台有所要的内存和核数。已经完成的
    部分还在，再执行同一条命令会接着做。

    时间由 Spark 的设置 `spark.polc.wait` 规定，单位是秒。
    """

    seconds: int = 0
    log: str = ""
    code = "C699"
    zh: ClassVar[str] = "集群在 {seconds} 秒里没有给出机器"
    en: ClassVar[str] = "the cluster gave no machine within {seconds} seconds"
    hint_zh: ClassVar[str] = "看集群的页面：机器是否在运行，内存和核数是否够；Spark 的日志：{log}"
    hint_en: ClassVar[str] = (
        "look at the cluster's page: are machines running, with enough memory and cores? Spark's log is {log}"
    )
