"""The servers of this machine from the command line: ``python -m schakel_local demo|up|status|logs|down|rabbit4``."""

import argparse
import logging
import sys
from functools import partial
from pathlib import Path

import structlog

from schakel_local import rabbit4, state
from schakel_local.account import AccountError
from schakel_local.install import InstallError, ensure_installed
from schakel_local.process import ServerError
from schakel_local.stack import ALL_PARTS, Stack, StackError, remove_data
from schakel_local.supervisor import LOG, SupervisorError, down, load_services, supervise, up

DEMO_LOG = "demo.log"

say = partial(print, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.run(asked)
    except (InstallError, ServerError, StackError, SupervisorError, AccountError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # 128 and the number of SIGINT, as shells have it
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="schakel_local", description="Private servers on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--folder", type=Path, default=Path(".local/servers"), help="where state, logs and data are")
    what = argparse.ArgumentParser(add_help=False)
    what.add_argument("--parts", nargs="+", choices=sorted(ALL_PARTS), default=sorted(ALL_PARTS))
    what.add_argument("--services", metavar="MODULE:FUNCTION", help="gives the servers to start once the parts run")
    what.add_argument("--rabbitmq-root", type=Path, help="run the RabbitMQ unpacked there by rabbit4")

    commands.add_parser("up", parents=[where, what], help="start all and leave them running").set_defaults(run=_up)
    commands.add_parser("demo", parents=[where], help="start all with the six services, and show them at work").set_defaults(
        run=_demo
    )
    commands.add_parser("supervise", parents=[where, what], help="start all and own them; up does this").set_defaults(
        run=_supervise
    )
    commands.add_parser("status", parents=[where], help="what runs, and where").set_defaults(run=_status)
    ending = commands.add_parser("down", parents=[where], help="end all")
    ending.add_argument("--remove-data", action="store_true", help="and throw their data away")
    ending.set_defaults(run=_down)
    logs = commands.add_parser("logs", parents=[where], help="the last lines that servers wrote")
    logs.add_argument("part", nargs="?", help="one server only")
    logs.add_argument("-n", "--lines", type=int, default=30)
    logs.set_defaults(run=_logs)
    unpack = commands.add_parser("rabbit4", help="unpack RabbitMQ 4 with the Debian it belongs to")
    unpack.add_argument("root", type=Path)
    unpack.set_defaults(run=_rabbit4)
    return parser


def _up(asked: argparse.Namespace) -> int:
    ensure_installed(say=say)
    options = ["--parts", *asked.parts]
    options += ["--services", asked.services] if asked.services else []
    options += ["--rabbitmq-root", str(asked.rabbitmq_root)] if asked.rabbitmq_root else []
    up(asked.folder, options=options, say=say)
    return _status(asked)


def _demo(asked: argparse.Namespace) -> int:
    from schakel_local.demo.show import show  # noqa: PLC0415 - the other commands need none of the services

    return show(asked.folder, asked.folder / DEMO_LOG, say)


def _supervise(asked: argparse.Namespace) -> int:
    stack = Stack(asked.folder, asked.parts, rabbitmq_root=asked.rabbitmq_root)
    return supervise(stack, load_services(asked.services) if asked.services else None)


def _status(asked: argparse.Namespace) -> int:
    found = state.read(asked.folder)
    if found is None:
        say("nothing runs")
        return 1
    say(f"{found['state']}, process {found['pid']}; addresses and secrets in {asked.folder / state.FILE}")
    for name, part in found["parts"].items():
        how = f"exit {part['exit_code']}" if part["exit_code"] is not None else f"pid {part['pid']}"
        say(f"{name:<12} {part['state']:<9} {how:<12} {part.get('management_url') or part.get('url') or part.get('port', '')}")
    return 0 if all(part["state"] == "ready" for part in found["parts"].values()) else 1


def _down(asked: argparse.Namespace) -> int:
    say("stopped" if down(asked.folder) else "nothing runs")
    if asked.remove_data:
        remove_data(asked.folder)
        say("data removed")
    return 0


def _logs(asked: argparse.Namespace) -> int:
    parts = (state.last(asked.folder) or {"parts": {}})["parts"]
    found = {"supervisor": asked.folder / LOG, "demo": asked.folder / DEMO_LOG}
    logs = {name: log for name, log in found.items() if log.exists()} | {
        name: Path(part["log"]) for name, part in parts.items()
    }
    if asked.part and asked.part not in logs:
        sys.stderr.write(f"no server {asked.part}; there are {', '.join(logs) or 'none'}\n")
        return 1
    for name in [asked.part] if asked.part else logs:
        log = logs[name]
        say(f"==> {name}: {log}")
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-asked.lines :] if log.exists() else ():
            say(line)
    return 0


def _rabbit4(asked: argparse.Namespace) -> int:
    rabbit4.unpack(asked.root, say=say)
    return 0


if __name__ == "__main__":
    # What the chassis logs between our sentences is for services; here only what is wrong.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sys.exit(main())
