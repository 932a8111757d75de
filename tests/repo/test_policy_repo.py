"""The repository of policies in `examples/`, the hooks and the pages on CI: all in them is run, or at least read."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REPO = ROOT / "examples" / "policy-repo"
POLICY = Path("policies/示例县2024.pol")
BIN = Path(sys.executable).parent


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def github_commands(repo: Path = REPO) -> list[str]:
    steps = read(repo / ".github/workflows/policy.yml")["jobs"]["policy"]["steps"]
    return [step["run"] for step in steps if "run" in step and "if" not in step]


def gitlab_commands(repo: Path = REPO) -> list[str]:
    return [str(line) for line in read(repo / ".gitlab-ci.yml")["policy"]["script"]]


def environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTEST_ADDOPTS": "",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(folder / ".pre-commit-home"),
    }


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, capture_output=True, text=True, timeout=120, env=environment(folder.parent),
    )  # fmt: skip


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A copy of the repository, under Git."""
    folder = tmp_path / "repo"
    shutil.copytree(REPO, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", "report.xml"))
    return under_git(folder)


def under_git(folder: Path) -> Path:
    done = run(
        "git init -q -b main . && git add -A && "
        "git -c user.name=a -c user.email=a@example.org commit -q -m 第一版 && git status --porcelain",
        folder,
    )
    assert done.returncode == 0 and not done.stdout, done.stderr
    return folder


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("commands", [github_commands, gitlab_commands])
def test_what_ci_runs_passes_in_a_new_repository(tmp_path: Path, commands: Any, lang: str) -> None:
    """Every clause computed or recorded, every arm taken, every sheet kept, nothing to be mended."""
    assert run(f"polc new 某县 --repository --lang {lang}", tmp_path).returncode == 0
    repo = under_git(tmp_path / "某县")
    for command in [*commands(repo), "polc test policies claims --threshold 100"]:
        if not command.startswith("pip install"):
            done = run(command, repo)
            assert done.returncode == 0, command + done.stdout + done.stderr
    assert not run("git status --porcelain", repo).stdout
    readme = (repo / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"^\| `([^`]+)`", readme, re.M):
        assert (repo / path).exists() or path == "vendor/"
    for command in re.findall(r"`(polc coverage [^`]*)`", readme):
        assert run(command, repo).returncode == 0


def test_the_example_and_a_new_repository_are_checked_alike(tmp_path: Path) -> None:
    assert run("polc new 某县 --repository", tmp_path).returncode == 0
    for name in (
        ".gitignore", ".gitlab-ci.yml", ".github/workflows/policy.yml", ".pre-commit-config.yaml", "requirements.txt",
    ):  # fmt: skip
        assert (tmp_path / "某县" / name).read_bytes() == (REPO / name).read_bytes(), name


def test_a_new_repository_takes_no_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "某县").mkdir()
    done = run("polc new 某县 --repository", tmp_path)
    assert done.returncode == 1 and "C574" in done.stderr
    assert list((tmp_path / "某县").iterdir()) == []


def change(repo: Path, old: str, new: str) -> None:
    text = (repo / POLICY).read_text(encoding="utf-8")
    assert old in text
    (repo / POLICY).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("commands", [github_commands, gitlab_commands])
def test_what_ci_runs_passes(repo: Path, commands: Any) -> None:
    ran = 0
    for command in commands():
        if not command.startswith("pip install"):
            done = run(command, repo)
            assert done.returncode == 0, command + done.stdout + done.stderr
            ran += 1
    assert ran == 5
    assert (repo / "report.xml").read_bytes().startswith(b"<?xml")
    assert not run("git status --porcelain", repo).stdout, "running the checks leaves something behind"


@pytest.mark.parametrize(
    ("old", "new", "fails"),
    [
        ("× 50%", "× 60%", {"test", "pytest"}),
        ("支付比例 70%", "支付比例 免赔额", {"check", "test", "pytest"}),
        ("  大病保险 3900元", "  大病保险   3900元", {"fmt"}),
        ("# 虚构", "# 一个虚构", set()),
    ],
)
def test_what_ci_runs_finds_a_bad_change(repo: Path, old: str, new: str, fails: set[str]) -> None:
    if old.strip().startswith("大病保险"):
        text = (repo / POLICY).read_text(encoding="utf-8")
        (repo / POLICY).write_text(re.sub(r"大病保险 +3900元", "大病保险      3900元", text), encoding="utf-8")
    else:
        change(repo, old, new)
    failed = set()
    for command in github_commands():
        if not command.startswith("pip install") and run(command, repo).returncode:
            failed.add(command.split()[1] if command.startswith("polc") else command.split()[0])
    assert failed == fails


def test_what_a_merge_request_shows(repo: Path) -> None:
    """The step that tells what a change means, on a branch beside the one it is to be merged into."""
    steps = read(REPO / ".github/workflows/policy.yml")["jobs"]["policy"]["steps"]
    (step,) = [step["run"] for step in steps if "polc diff" in step.get("run", "")]
    run("git update-ref refs/remotes/origin/main HEAD && git checkout -q -b change", repo)
    change(repo, "× 50%", "× 60%")
    done = run(
        "git -c user.name=a -c user.email=a@example.org commit -q -am 改 && export GITHUB_BASE_REF=main "
        f"GITHUB_STEP_SUMMARY=../summary.md && {step}",
        repo,
    )
    assert done.returncode == 0, done.stderr
    assert "60%" in (repo.parent / "summary.md").read_text(encoding="utf-8")


def test_what_a_gitlab_merge_request_shows(repo: Path) -> None:
    (step,) = [line for line in read(REPO / ".gitlab-ci.yml")["what the change means"]["script"] if "polc diff" in line]
    change(repo, "× 50%", "× 60%")
    done = run(
        "export CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse HEAD) && "
        f"git -c user.name=a -c user.email=a@example.org commit -q -am 改 && {step}",
        repo,
    )
    assert done.returncode == 0, done.stderr
    assert "60%" in (repo / "diff.md").read_text(encoding="utf-8")


def test_hooks_before_a_commit(repo: Path) -> None:
    pytest.importorskip("pre_commit")
    hooks = f"{sys.executable} -m pre_commit run --all-files --color never"
    done = run(hooks, repo)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split(".")[0] for line in done.stdout.splitlines()] == ["polc fmt", "polc check", "polc test"]
    assert done.stdout.count("Passed") == 3
    change(repo, "起付线   × 50%", "起付线 × 50%")
    done = run(f"git add -A && {hooks}", repo)
    assert done.returncode == 1 and "files were modified by this hook" in done.stdout
    assert run(f"git add -A && {hooks}", repo).returncode == 0
    change(repo, "× 50%", "× 60%")
    done = run(f"git add -A && {hooks}", repo)
    assert done.returncode == 1 and "✗ 大病保险" in done.stdout


def test_the_hooks_that_others_use_are_the_same() -> None:
    defined = {hook["id"]: hook for hook in read(ROOT / ".pre-commit-hooks.yaml")}
    (local,) = read(REPO / ".pre-commit-config.yaml")["repos"]
    assert [hook["id"] for hook in local["hooks"]] == list(defined)
    for hook in defined.values():
        assert hook["language"] == "python" and re.compile(hook["files"]).search("policies/甲.pol")
        command = hook["entry"].split()
        done = run(f"{hook['entry']} --help", ROOT)
        assert command[0] == "polc" and done.returncode == 0


def test_the_version_in_the_requirements_is_this_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"polc[pytest]=={version}" in (REPO / "requirements.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("page", ["ci.md", "ci.zh.md"])
def test_the_pages_on_ci_give_what_works(repo: Path, page: str) -> None:
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)]
    github, gitlab, hooks = blocks
    commands = [step["run"] for step in github["jobs"]["check"]["steps"] if "run" in step]
    commands += gitlab["policies"]["script"]
    for command in commands:
        if not command.startswith("pip install"):
            done = run(command, repo)
            assert done.returncode == 0, command + done.stdout + done.stderr
    known = {hook["id"] for hook in read(ROOT / ".pre-commit-hooks.yaml")}
    assert [hook["id"] for hook in hooks["repos"][0]["hooks"]] == sorted(
        known, key=["polc-fmt", "polc-check", "polc-test"].index
    )
    (settings,) = re.findall(r"^```toml\n(.*?)^```", text, re.M | re.S)
    assert set(tomllib.loads(settings)["tool"]["pytest"]["ini_options"]) == {
        "polc_policies",
        "polc_claims",
        "polc_sheets",
    }


def test_both_readmes_name_the_same_commands() -> None:
    chinese, english = (REPO / "README.md").read_text(encoding="utf-8").split("\n---\n")
    for text in (chinese, english):
        for path in re.findall(r"^\| `([^`]+)`", text, re.M):
            assert (REPO / path).exists(), path
    assert sorted(set(re.findall(r"`(p(?:olc|ytest)[^`]*)`", chinese))) == sorted(
        set(re.findall(r"`(p(?:olc|ytest)[^`]*)`", english))
    )
