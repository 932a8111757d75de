"""What can be wrong with a batch: its files, its settings, its rows. Needs no library of the extra."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class BatchMissing(Problem):
    """Tables are settled, and made up, with pyarrow, numpy and llvmlite, which are an extra: explaining one claim needs
    none of them.

        pip install 'polc[batch]'
    ---
    批量结算、生成就诊表用 pyarrow、numpy 和 llvmlite，没有安装。解释单次就诊用不到它们，所以是可选的。

        pip install 'polc[batch]'
    """

    module: str = ""
    code = "C650"
    zh: ClassVar[str] = "处理就诊表需要“{module}”，没有安装"
    en: ClassVar[str] = "tables of claims need “{module}”, which is not installed"
    hint_zh: ClassVar[str] = "安装：pip install 'polc[batch]'"
    hint_en: ClassVar[str] = "install it: pip install 'polc[batch]'"


class IdentitiesElsewhere(Problem):
    """The table of persons has identities, and a table of identities is given as well. Identities are read from the
    latter alone; a warning, as the two may say different things.
    ---
    参保人表里有身份，又另外给了身份表。身份只从身份表读取；两张表可能不一致，所以是一条警告。
    """

    columns: str = ""
    code = "C693"
    severity = "warning"
    zh: ClassVar[str] = "身份从 --identities 的表读取，这里的“{columns}”没有读取"
    en: ClassVar[str] = "identities are read from the table given with --identities, not from “{columns}” here"
    hint_zh: ClassVar[str] = "这张表的身份齐全的话，不必再给 --identities"
    hint_en: ClassVar[str] = "if this table has all of them, leave --identities out"


class NotAPath(Problem):
    """Tables and results are files under paths. What stands somewhere else, under an address such as `hdfs://…` or
    `s3://…`, is not reached; most such stores can be mounted as a folder. `file://…` is taken as the path it names.
    ---
    表格和结果是有路径的文件。`hdfs://…`、`s3://…` 这样的地址读不到；这类存储大多可以挂载成目录。`file://…` 按其中的路径
    读。
    """

    code = "C649"
    zh: ClassVar[str] = "这不是文件的路径"
    en: ClassVar[str] = "this is not the path of a file"
    hint_zh: ClassVar[str] = "把存储挂载成目录（例如 NFS），写它的路径"
    hint_en: ClassVar[str] = "mount the store as a folder, with NFS for example, and give the path"


class NoTables(Problem):
    """A folder given as a table holds no CSV or Parquet file, or some of both. All files of a folder are one table:
    names ending in `.csv`, or in `.parquet`, in alphabetical order; names that begin with a dot or `_` are passed over.
    ---
    作为表格给出的目录里没有 CSV 或 Parquet 文件，或者两种都有。一个目录里的文件合起来是一张表：文件名以 `.csv` 结尾，
    或以 `.parquet` 结尾，按名称排序；以点或 `_` 开头的文件不读。
    """

    found_zh: str = ""
    found_en: str = ""
    code = "C651"
    zh: ClassVar[str] = "这里没有可读的一张表（{found_zh}）"
    en: ClassVar[str] = "there is no table here ({found_en})"
    hint_zh: ClassVar[str] = "给出一个 .csv 或 .parquet 文件，或者只含其中一种的目录"
    hint_en: ClassVar[str] = "give a .csv or .parquet file, or a folder with files of one of the two kinds"


class BadParquet(Problem):
    """A Parquet file cannot be read: it is cut short, damaged, or no Parquet file at all. Nothing of the table is
    settled, as nobody can tell which rows are missing.
    ---
    Parquet 文件读不出来：不完整、损坏，或者根本不是 Parquet 文件。缺了哪些行无从得知，因此整张表都不结算。
    """

    detail_zh: str = ""
    detail_en: str = ""
    code = "C652"
    zh: ClassVar[str] = "不是完好的 Parquet 文件"
    en: ClassVar[str] = "not a sound Parquet file ({detail_en})"
    hint_zh: ClassVar[str] = "重新导出这个文件，或者改用 CSV"
    hint_en: ClassVar[str] = "export the file again, or use CSV"


class FloatColumn(Problem):
    """A column of a Parquet file holds binary floating-point numbers. 0.1 has no exact binary form, so it cannot be
    told any more which amounts were meant to the fen. polc does not guess: write the column as decimal with two
    places, as text, or as whole numbers of yuan.
    ---
    Parquet 文件的一列是二进制浮点数。0.1 没有精确的二进制写法，原来的金额精确到分是多少已无从得知。polc 不猜测：请把
    这一列存成两位小数的 decimal、文字，或以元为单位的整数。
    """

    column: str = ""
    type: str = ""
    code = "C653"
    zh: ClassVar[str] = "“{column}”这一列是浮点数（{type}），不能精确到分"
    en: ClassVar[str] = "the column “{column}” is floating-point ({type}), which is not exact to the fen"
    hint_zh: ClassVar[str] = "存成 decimal(18, 2)、文字或整数"
    hint_en: ClassVar[str] = "store it as decimal(18, 2), text or whole numbers"


class ColumnType(Problem):
    """A column of a Parquet file is of a type that no cell of a table of claims has: lists, structures, bytes.
    ---
    Parquet 文件的一列是就诊表不会有的类型：列表、结构、字节串等。
    """

    column: str = ""
    type: str = ""
    code = "C654"
    zh: ClassVar[str] = "“{column}”这一列的类型（{type}）不能读"
    en: ClassVar[str] = "the column “{column}” has a type that cannot be read ({type})"
    hint_zh: ClassVar[str] = "存成文字、整数、decimal、日期或是非"
    hint_en: ClassVar[str] = "store it as text, whole numbers, decimal, dates or booleans"


class BadMapping(Problem):
    """The mapping file is not as it has to be: TOML with tables `[columns]` (our name = their column) and
    `[values.OUR-NAME]` (our value = their code, or a list of their codes).

        [columns]
        psn_no = "GRBH"

        [values.psn_idet_type]
        低保对象 = ["A1", "A2"]
    ---
    对照文件的写法不对。它是 TOML，含 `[columns]`（本方名称 = 对方列名）和 `[values.本方名称]`（本方的值 = 对方的代码，
    或几个代码的列表）。

        [columns]
        psn_no = "GRBH"

        [values.psn_idet_type]
        低保对象 = ["A1", "A2"]
    """

    detail_zh: str = ""
    detail_en: str = ""
    code = "C655"
    zh: ClassVar[str] = "对照文件不对：{detail_zh}"
    en: ClassVar[str] = "the mapping file is not right: {detail_en}"
    hint_zh: ClassVar[str] = '对照文件每行写 列名 = "平台字段名"'
    hint_en: ClassVar[str] = 'each line of it is COLUMN = "PLATFORM FIELD"'


class EarlierRowRefused(Problem):
    """The row itself may be in order, but an earlier row of the same person in the same benefit year was refused, or
    one whose date is not known. Deductibles used up and amounts paid so far are therefore not known, and with wrong
    running sums this row would be paid wrongly without anybody noticing. Mend the refused row and settle the person
    again.
    ---
    这一行本身可能没有问题，但同一个人同一待遇年度内更早的一行（或日期不明的一行）没有通过。已用起付线、已付金额因此
    不清楚，按错的累计结算会付错而无人察觉。请改正那一行，再重新结算这个人。
    """

    earlier: str = ""
    earlier_code: str = ""
    code = "C656"
    zh: ClassVar[str] = "同一个人较早的一行（{earlier}）没有通过（{earlier_code}），累计不明"
    en: ClassVar[str] = (
        "an earlier row of this person ({earlier}) was refused ({earlier_code}): running sums are not known"
    )
    hint_zh: ClassVar[str] = "改正较早的一行，重新结算这个人"
    hint_en: ClassVar[str] = "mend the earlier row and settle this person again"


class OutputThere(Problem):
    """The folder for the results exists already, and was perhaps paid from. It is not written over.
    ---
    结果目录已经存在，可能已据此付款，因此不会覆盖。
    """

    code = "C657"
    zh: ClassVar[str] = "结果目录已经存在"
    en: ClassVar[str] = "the folder for the results exists already"
    hint_zh: ClassVar[str] = "换一个目录，或先移走原有的目录"
    hint_en: ClassVar[str] = "name another folder, or move the old one away first"


class OutputInside(Problem):
    """The folder for the results lies inside a folder of input. The next run over that folder would read the results as
    if they were claims.
    ---
    结果目录在输入目录里面。下一次读这个目录时，会把结果当成就诊读进来。
    """

    folder: str = ""
    code = "C689"
    zh: ClassVar[str] = "结果目录在输入目录“{folder}”里面"
    en: ClassVar[str] = "the folder for the results lies inside the input folder “{folder}”"
    hint_zh: ClassVar[str] = "换一个在输入目录以外的结果目录"
    hint_en: ClassVar[str] = "name a folder outside of it"


class RunGoingOn(Problem):
    """Another process is writing the same results at this moment.
    ---
    另一个进程此刻正在写同样的结果。
    """

    code = "C658"
    zh: ClassVar[str] = "另一个进程正在写这个结果目录"
    en: ClassVar[str] = "another process is writing to this folder"
    hint_zh: ClassVar[str] = "等它结束，或换一个目录"
    hint_en: ClassVar[str] = "wait for it, or name another folder"


class NoIdentities(Problem):
    """The policy treats identities differently, but the run was given neither a column of identities nor a table of
    them nor one of persons: everybody is settled as having none.
    ---
    政策按身份区别对待，但就诊表里没有身份列，也没有给身份表或参保人表：所有人都按没有任何身份结算。
    """

    code = "C673"
    severity = "warning"
    zh: ClassVar[str] = "哪里都没有给身份，所有人按没有身份结算"
    en: ClassVar[str] = "no identities are given anywhere: everybody is settled as having none"
    hint_zh: ClassVar[str] = "在就诊表加 psn_idet_type 一列，或给 --identities、--persons"
    hint_en: ClassVar[str] = "add a column psn_idet_type to the claims, or give --identities or --persons"


class BadOutputName(Problem):
    """Results are several files, so they go into a folder: settled rows, refused rows, totals, the manifest. A name
    that ends in `.csv` or `.parquet` looks as if one file was meant.
    ---
    结果有好几个文件（结算结果、未通过的行、合计、清单），所以写进一个目录。以 `.csv`、`.parquet` 结尾的名称像是要写成
    一个文件。
    """

    code = "C675"
    zh: ClassVar[str] = "结果写进目录，而这个名称像是一个文件"
    en: ClassVar[str] = "results go into a folder, but this looks like the name of a file"
    hint_zh: ClassVar[str] = "给一个目录名；格式用 --format csv 或 --format parquet 指定"
    hint_en: ClassVar[str] = "name a folder; --format csv or --format parquet says in which form"


class ReversesNothing(Problem):
    """A row cancels a settlement (冲销), but none that is settled fits: none of the name it gives, or none of the same
    person, day and amounts. Nothing was counted, so nothing is taken back.

    A row cancels where it names a settlement in `init_setl_id` (原结算ID), or where its amounts are below zero.
    ---
    这一行是冲销，但没有与之对应的已结算记录：没有它写明的结算编号，或没有同一人、同一天、同样金额的结算。既然没有计入，
    也就没有可以冲减的。

    写明 `init_setl_id`（原结算ID）的行，或金额为负的行，是冲销。
    """

    id: str = ""
    code = "C659"
    zh: ClassVar[str] = "没有可以冲销的结算（{id}）"
    en: ClassVar[str] = "there is no settlement to reverse ({id})"
    hint_zh: ClassVar[str] = "检查被冲销的结算编号；原结算要排在冲销之前"
    hint_en: ClassVar[str] = "check the id of the settlement; it comes before its reversal"


class ReversalUnclear(Problem):
    """A row with amounts below zero fits several settlements of the same person, day and amounts that are not otherwise
    alike, so it cannot be told which of them it cancels. Name it in `init_setl_id` (原结算ID).
    ---
    金额为负的一行，同一人、同一天、同样金额的结算有好几条，其他内容又不相同，不知道冲销的是哪一条。请在
    `init_setl_id`（原结算ID）写明。
    """

    count: int = 0
    code = "C660"
    zh: ClassVar[str] = "有 {count} 条结算都可能是被冲销的"
    en: ClassVar[str] = "{count} settlements could be the one that is reversed"
    hint_zh: ClassVar[str] = "在 init_setl_id 写明原结算编号"
    hint_en: ClassVar[str] = "name the settlement in init_setl_id"


class ReversalDiffers(Problem):
    """A row cancels a settlement but has other amounts. Settlements are cancelled whole: to change one, cancel it and
    send the right one under a number of its own.
    ---
    冲销的金额与被冲销的结算不同。冲销只能整条冲销：要更正，请整条冲销后用新的编号重新结算。
    """

    id: str = ""
    total: str = ""
    settled: str = ""
    code = "C661"
    zh: ClassVar[str] = "冲销“{id}”的总额是 {total} 元，原结算是 {settled} 元，或其他各部分不同"
    en: ClassVar[str] = (
        "“{id}” is reversed with a total of {total} yuan and was settled with {settled}, or parts differ"
    )
    hint_zh: ClassVar[str] = "冲销要与原结算的各项金额相同、符号相反"
    hint_en: ClassVar[str] = "a reversal has the amounts of the settlement with the opposite sign"


class AlreadyReversed(Problem):
    """A settlement is cancelled a second time.
    ---
    同一次结算被冲销了两次。
    """

    id: str = ""
    first: str = ""
    code = "C662"
    zh: ClassVar[str] = "“{id}”已经冲销过（{first}）"
    en: ClassVar[str] = "“{id}” has been reversed already ({first})"
    hint_zh: ClassVar[str] = "删去重复的冲销"
    hint_en: ClassVar[str] = "remove the second reversal"


class NoPolicyForRow(Problem):
    """None of the policies listed is for the division and the date of a row.
    ---
    列出的政策里，没有一个适用于这一行的区划和日期。
    """

    date: str = ""
    code = "C663"
    zh: ClassVar[str] = "没有政策适用于这一行（日期 {date}）"
    en: ClassVar[str] = "no policy is for the division and the date ({date}) of this row"
    hint_zh: ClassVar[str] = "在政策清单里补上适用于这个区划和日期的政策"
    hint_en: ClassVar[str] = "add a policy for this division and date to the list"


class SeveralPoliciesForRow(Problem):
    """More than one of the policies listed is for the division and the date of a row. Each row is settled by exactly
    one: make their days or divisions not overlap.
    ---
    列出的政策里，不止一个适用于这一行的区划和日期。每一行只由一个政策结算：请让它们的日期或区划不重叠。
    """

    policies: str = ""
    code = "C664"
    zh: ClassVar[str] = "不止一个政策适用于这一行（{policies}）"
    en: ClassVar[str] = "more than one policy is for this row ({policies})"
    hint_zh: ClassVar[str] = "改清单里的起止日期或区划，使每一行只有一个政策"
    hint_en: ClassVar[str] = "mend the dates or divisions of the list, so that each row has one policy"


class BadPolicyList(Problem):
    """The list of policies is not as it has to be: TOML with one `[[policies]]` per policy.

        [[policies]]
        policy = "std/linxian-2023"
        divisions = ["141124"]       # of the insured person (insuplc_admdvs); 140000 stands for the province
        from = 2023-01-01
        until = 2023-12-31
        accumulators = "临县"         # policies with the same word go on with each other's running sums

    All but `policy` may be left out. Without `accumulators`, policies for the same divisions share running sums.
    ---
    政策清单的写法不对。它是 TOML，每个政策一段 `[[policies]]`。

        [[policies]]
        policy = "std/linxian-2023"
        divisions = ["141124"]       # 参保地区划（insuplc_admdvs）；140000 代表全省
        from = 2023-01-01
        until = 2023-12-31
        accumulators = "临县"         # 写同一个词的政策共用累计数

    除 `policy` 以外都可以不写。不写 `accumulators` 时，区划相同的政策共用累计数。
    """

    detail_zh: str = ""
    detail_en: str = ""
    code = "C665"
    zh: ClassVar[str] = "政策清单不对：{detail_zh}"
    en: ClassVar[str] = "the list of policies is not right: {detail_en}"
    hint_zh: ClassVar[str] = '每个政策写一段 [[policies]]，第一行是 policy = "政策文件"'
    hint_en: ClassVar[str] = 'write a part [[policies]] for each, starting with policy = "FILE"'


class StateOfOtherPlan(Problem):
    """The state given was left by another policy, or by another version of it: what was settled then would come out
    differently now. Settle the whole time again with the new policy, without a state.
    ---
    给出的状态是由另一个政策（或它的另一个版本）留下的：当时的结算现在会得出不同的结果。请不带状态，用新的政策从头结算
    整个期间。
    """

    then: str = ""
    now: str = ""
    code = "C666"
    zh: ClassVar[str] = "状态是按计划 {then} 结算留下的，现在的计划是 {now}"
    en: ClassVar[str] = "the state was left by plan {then}, the plan is {now} now"
    hint_zh: ClassVar[str] = "不带状态，用现在的政策从头结算整个期间"
    hint_en: ClassVar[str] = "settle the whole time again with the present policy, without a state"


class BadState(Problem):
    """What was given as the state of an earlier run is none: neither the folder of a run with `--state-out` nor a
    table with the columns psn_no, accumulator, period and value.
    ---
    作为以前的状态给出的，既不是用 `--state-out` 跑出的结果目录，也不是含 psn_no、accumulator、period、value 四列的表。
    """

    detail: str = ""
    code = "C667"
    zh: ClassVar[str] = "不是以前运行留下的状态（{detail}）"
    en: ClassVar[str] = "not the state of an earlier run ({detail})"
    hint_zh: ClassVar[str] = "给出用 --state-out 跑出的结果目录，或者含累计数四列的表"
    hint_en: ClassVar[str] = "give the folder of a run with --state-out, or a table with its four columns"


class InputChanged(Problem):
    """A file that a run read is not there any more, or has other bytes now. A sheet made from it would not explain what
    the run paid. Where it happens while the run is going on, there are no results: nobody could say what they are of.
    ---
    运行时读过的文件已不存在，或者内容变了。用它做出的计算书解释不了当时支付的金额。运行途中变了的，不给出结果：说不清结果
    是哪一份数据的。
    """

    code = "C668"
    zh: ClassVar[str] = "运行时读的文件已经变了，或者不在了"
    en: ClassVar[str] = "a file that the run read has changed or is gone"
    hint_zh: ClassVar[str] = "恢复当时的文件，或者重新结算"
    hint_en: ClassVar[str] = "restore the file as it was, or settle again"


class PlanChanged(Problem):
    """The policy has another meaning than when the run was made. Explain the row with the policy as it was then.
    ---
    政策的含义和运行时不同了。请用当时的政策来解释这一行。
    """

    then: str = ""
    now: str = ""
    code = "C669"
    zh: ClassVar[str] = "运行时的计划是 {then}，现在是 {now}"
    en: ClassVar[str] = "the run was made with plan {then}, the plan is {now} now"
    hint_zh: ClassVar[str] = "用当时的政策文件，例如从 git 取出"
    hint_en: ClassVar[str] = "use the policy as it was then, from git for example"


class ResultDiffers(Problem):
    """What a row comes to now is not what the run wrote for it, though policy and inputs are the same: the results were
    edited, or an earlier state was. No sheet is shown for amounts that were not paid.
    ---
    政策和输入都没有变，这一行算出的金额却和运行时写下的不同：结果文件或以前的状态被改过。不会为没有支付过的金额出具
    计算书。
    """

    key: str = ""
    columns: str = ""
    code = "C670"
    zh: ClassVar[str] = "“{key}”的结果和写下的不同（{columns}）"
    en: ClassVar[str] = "“{key}” comes to something else than was written down ({columns})"
    hint_zh: ClassVar[str] = "检查结果表有没有被改动；没有的话，重新结算"
    hint_en: ClassVar[str] = "see whether the results were changed by hand; if not, settle again"


class NoSuchRow(Problem):
    """A run has no row of this name. Rows are named by their settlement, else their visit, or by their place: `#12`, or
    `claims.csv:12` where there are several files.
    ---
    运行的输入里没有这一行。行的名称是结算ID，没有时是就诊ID；也可以写行号：`#12`，有几个文件时写 `claims.csv:12`。
    """

    key: str = ""
    code = "C671"
    zh: ClassVar[str] = "没有“{key}”这一行"
    en: ClassVar[str] = "there is no row “{key}”"
    hint_zh: ClassVar[str] = "检查结算编号"
    hint_en: ClassVar[str] = "check the id of the settlement"


class NotARun(Problem):
    """A folder holds no results of `polc settle`.
    ---
    这个目录里没有 `polc settle` 的结果。
    """

    detail: str = ""
    code = "C672"
    zh: ClassVar[str] = "这里没有批量结算的结果（{detail}）"
    en: ClassVar[str] = "there are no results of a batch here ({detail})"
    hint_zh: ClassVar[str] = "给出 polc settle 写出的目录"
    hint_en: ClassVar[str] = "give the folder that polc settle wrote"


class RowNotSettled(Problem):
    """A row takes a settlement back or was taken back, so it came to nothing and there is nothing to explain.
    ---
    这一行是冲销，或者已被冲销，结果为零，没有可以解释的计算。
    """

    code = "C674"
    zh: ClassVar[str] = "这一行是冲销或已被冲销"
    en: ClassVar[str] = "this row is a reversal or was reversed"
    hint_zh: ClassVar[str] = "写原结算的编号，而不是冲销的编号"
    hint_en: ClassVar[str] = "name the settlement itself, not its reversal"
