"""The command line: reads what is wanted, calls the rooms, prints, and is the one place that exits."""

from __future__ import annotations

import errno
import math
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click

import scoreboard
from scoreboard.errors import BakeoffError, UsageError
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.model import OPENAI_URL, ModelSpec
from scoreboard.runner.catalogue import BASELINE, CONTROLS, choose, choose_frameworks, framework_cards, task_files
from scoreboard.runner.plan import Budget, Wish

BUDGET = Budget()
JOBS = min(os.cpu_count() or 1, 4)
REPEATS = 10
BY = "Faults: one matrix for all, or each framework by itself, in words."
AT_LEAST = (BASELINE, *CONTROLS)  # what an adapter outside the tree is compared with when nothing else is wished for


def main(arguments: list[str] | None = None) -> None:
    """The one place that exits: 0 done, 1 the answer is no, 2 wrong use, 130 interrupted with everything kept."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        status = cli.main(arguments, prog_name="bakeoff", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; everything measured so far is kept.", err=True)
        status = 130
    except (BrokenPipeError, SystemExit):  # click exits by itself where nobody reads on, and nowhere else
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except BakeoffError as error:
        _complain(str(error), arguments)
        status = error.exit_status
    except Exception as error:  # noqa: BLE001 - people get a sentence; --debug gets the traceback
        _complain(_in_a_sentence(error), arguments)
        status = 1
    sys.exit(status or 0)


def _in_a_sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full, or what stdout goes to. What was stored is kept: make room, and try again."
    return f"This is a bug in Bakeoff: {type(error).__name__}: {error}\nRun it with --debug and report it."


def _complain(message: str, arguments: list[str]) -> None:
    if "--debug" in arguments:
        traceback.print_exc()
    click.echo(f"bakeoff: {message}", err=True)


def say(message: str) -> None:
    """Progress is for people, so it goes to stderr."""
    click.echo(message, err=True)


FILE = click.Path(path_type=Path, resolve_path=True)
debug_option = click.option("--debug", is_flag=True, help="Show the traceback of an error.", expose_value=False)


def everywhere(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads or writes what was measured."""
    command = debug_option(command)
    return click.option(
        "--home",
        type=click.Path(path_type=Path, resolve_path=True),
        default=".bakeoff",
        envvar="BAKEOFF_HOME",
        show_default=True,
        help="Where all state lives (also BAKEOFF_HOME).",
    )(command)


def finite(seconds: float) -> float:
    """Not a number is in every range, so the range alone does not keep it out."""
    if math.isnan(seconds):
        raise click.BadParameter("nan is not a number of seconds.")
    return seconds


timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400, min_open=True),
    callback=lambda _context, _option, seconds: finite(seconds),
    default=BUDGET.timeout_s,
    show_default=True,
    help="Seconds a trial may take; under some faults a multiple, see FAULTS.md.",
)


def chosen(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose frameworks and tasks by name."""
    command = click.option("--variants", is_flag=True, help="Also the further ways to use each framework.")(command)
    command = click.option("--tasks", metavar="NAMES", help="Tasks, comma-separated.  [default: all]")(command)
    return click.option("--frameworks", metavar="NAMES", help="Frameworks, comma-separated.  [default: all]")(command)


def on_the_site(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose what of the stored trials a site shows; variants and faults are always among it."""
    command = click.option("--model", help="Only what this model answered.")(command)
    command = click.option("--tasks", metavar="NAMES", help="Tasks, comma-separated.  [default: all]")(command)
    told = "Frameworks, comma-separated, with their variants.  [default: all]"
    return click.option("--frameworks", metavar="NAMES", help=told)(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(scoreboard.__version__, prog_name="bakeoff")
def cli() -> None:
    """Bakes the same recipe in every agent framework and shows what came out, measured at the wire.

    \b
    Example:
      bakeoff run                                          every framework, every task, no key needed
      bakeoff run --frameworks baseline,langgraph --repeats 50
      bakeoff show                                         the scoreboard again
      bakeoff trial 3fa9                                   what one framework really sent
    """


@cli.command()
@chosen
@click.option(
    "--faults",
    metavar="NAMES",
    help="Faults to try, or groups of them, comma-separated, or all: `bakeoff list faults`.  [default: none]",
)
@click.option("--by", type=click.Choice(["fault", "framework"]), default="fault", show_default=True, help=BY)
@click.option(
    "--sim",
    "personality",
    metavar="WORD",
    help="stubborn: under a fault the simulated model makes its mistake 3 times; stubborn:N, N times.",
)
@click.option(
    "--model", default="sim", show_default=True, help="sim (built in), or openai:NAME at any compatible endpoint."
)
@click.option(
    "--base-url",
    envvar="OPENAI_BASE_URL",
    help=f"The endpoint of openai:NAME (also OPENAI_BASE_URL).  [default: {OPENAI_URL}]",
)
@click.option(
    "--repeats",
    type=click.IntRange(1),
    show_default="10, under faults 1",
    help="Trials per framework, task and fault.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=JOBS,
    show_default="number of cores, at most 4",
    help="Workers at once. Under faults more wait beside them, eight for each and 16 at most.",
)
@timeout_option
@click.option(
    "--max-calls",
    type=click.IntRange(1),
    default=BUDGET.max_calls,
    show_default=True,
    help="Model calls a trial may make; under some faults a multiple, see FAULTS.md.",
)
@click.option(
    "--max-tokens", type=click.IntRange(1), default=BUDGET.max_tokens, show_default=True, help="Tokens a trial may use."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other dice.")
@click.option("--fresh", is_flag=True, help="Measure this command's trials anew, even those on the scoreboard.")
@click.option(
    "--sim-latency",
    type=click.IntRange(0),
    metavar="MS",
    default=0,
    show_default=True,
    help="Delay the simulated model by so many milliseconds a call.",
)
@click.option(
    "--adapter", "adapters", metavar="FILE", type=FILE, multiple=True, help="Also an adapter outside the tree."
)
@click.option("--task", "recipes", metavar="FILE", type=FILE, multiple=True, help="A task outside the tree.")
@everywhere
def run(home: Path, frameworks: str | None, tasks: str | None, model: str, base_url: str | None, **options: Any) -> int:
    """Bake the tasks in the frameworks and show the scoreboard.

    Interrupted or killed at any moment, the same command continues where it stopped.

    \b
    Example:
      bakeoff run --frameworks baseline,pydantic_ai --tasks dice --repeats 20
      OPENAI_API_KEY=... bakeoff run --model openai:gpt-5-mini --repeats 5
      bakeoff run --frameworks langgraph --variants
      bakeoff run --adapter my_framework.py --task my_task.py
      bakeoff run --faults all
      bakeoff run --faults http_429,tool --frameworks baseline,strands --variants
    """
    from scoreboard.bake import Order, bake
    from scoreboard.meter.faults.chosen import choose_faults
    from scoreboard.report.progress import progress
    from scoreboard.report.summary import conclude
    from scoreboard.runner.outside import also, outside_adapters, outside_tasks

    guests, recipes = outside_adapters(options["adapters"], home, say), outside_tasks(options["recipes"])
    cards, files = framework_cards() | guests, task_files() | recipes
    if model == "sim" and is_given("base_url"):
        raise UsageError("--base-url is the endpoint of --model openai:NAME; the simulated model needs none.")
    faults = choose_faults(options["faults"])
    spec = model_spec(model, base_url, options["sim_latency"], mistakes(options["personality"], model))
    if faults and spec.kind != "sim":
        raise UsageError(
            f"Faults are tried with the simulated model, whose play is perfect but for the fault; {model} may fail by "
            "itself. Leave --model or --faults out."
        )
    if not faults and (options["personality"] or is_given("by")):
        raise UsageError("--sim and --by are about faults: name some with --faults, or leave them out.")
    chosen_frameworks = choose_frameworks(also(guests, frameworks, AT_LEAST), cards, variants=options["variants"])
    if faults and all(cards[name].is_control for name in chosen_frameworks):
        raise UsageError("Controls speak for the ruler and are tried with no fault: name a framework too.")
    wish = Wish(
        frameworks=tuple(chosen_frameworks),
        tasks=tuple(choose("task", also(recipes, tasks), files)),
        model=spec.label,
        repeats=options["repeats"] or (1 if faults else REPEATS),
        seed=options["seed"],
        budget=Budget(options["max_calls"], options["max_tokens"], options["timeout"]),
        faults=(NONE, *faults),
        at_home=tasks is None and not recipes,
    )
    order = Order(
        home=home, wish=wish, cards=cards, tasks=files, spec=spec, jobs=options["jobs"], fresh=options["fresh"]
    )
    with progress() as display:
        tally = bake(order, display)
    return conclude(home, tally, cards, files, by=options["by"], under_faults=bool(faults))


def mistakes(personality: str | None, model: str) -> int:
    """How often the simulated model makes a mistake before it learns from what it is told."""
    if personality is None:
        return 1
    word, _, times = personality.partition(":")
    if model != "sim":
        raise UsageError(
            f"--sim is how the simulated model behaves; {model} behaves as it does. Leave one of them out."
        )
    if word != "stubborn" or not (times or "3").isdigit() or int(times or "3") < 1:
        raise UsageError(f"--sim takes stubborn, or stubborn:N for N mistakes; {personality!r} is neither.")
    return int(times or "3")


def is_given(option: str) -> bool:
    """Whether an option stands on the command line."""
    return click.get_current_context().get_parameter_source(option) is click.core.ParameterSource.COMMANDLINE


def model_spec(model: str, base_url: str | None, latency_ms: int, mistakes: int = 1) -> ModelSpec:
    """What `--model` and its companions mean; the key itself is read in the meter's process only."""
    kind, _, name = model.partition(":")
    if model == "sim":
        return ModelSpec("sim", "sim", latency_ms=latency_ms, mistakes=mistakes)
    if kind != "openai" or not name:
        raise UsageError(
            f"There is no model called {model!r}. Did you mean {_closest_model(model)}? Known: sim, openai:NAME."
        )
    if latency_ms:
        raise UsageError("--sim-latency delays the simulated model only; leave it out with --model openai:NAME.")
    if not os.environ.get("OPENAI_API_KEY"):
        raise UsageError(
            f"--model {model} needs a key: set OPENAI_API_KEY (any word will do where the endpoint wants none), "
            "or leave --model out to use the built-in simulated model."
        )
    return ModelSpec("openai", name, (base_url or OPENAI_URL).rstrip("/"))


def _closest_model(model: str) -> str:
    return "sim" if model.lower().startswith("sim") else f"openai:{model.rpartition(':')[2] or 'gpt-5-mini'}"


@cli.command()
@chosen
@click.option("--faults", metavar="NAMES", help="What these faults came to, or all, instead of the scoreboard.")
@click.option("--by", type=click.Choice(["fault", "framework"]), default="fault", show_default=True, help=BY)
@click.option("--model", help="Only what this model answered.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@everywhere
def show(home: Path, frameworks: str | None, tasks: str | None, model: str | None, **options: Any) -> int:
    """Show the scoreboard: what the stored trials say, side by side.

    \b
    Example:
      bakeoff show --tasks dice
      bakeoff show --json | jq .
      bakeoff show --faults all
      bakeoff show --faults all --by framework --frameworks langgraph --variants
    """
    from scoreboard.report.summary import Selection, show_board

    if not options["faults"] and is_given("by"):
        raise UsageError("--by is about faults: name some with --faults, or leave it out.")
    selection = Selection(frameworks, tasks, model, options["variants"], options["faults"])
    return show_board(home, selection, as_json=options["as_json"], by=options["by"])


@cli.command()
@click.argument("trial_id", metavar="FRAMEWORK:TASK[:FAULT]|ID")
@click.option("--raw", is_flag=True, help="Every request and response, byte for byte.")
@everywhere
def trial(home: Path, trial_id: str, raw: bool) -> None:  # noqa: FBT001
    """Show one trial: all that was really sent, and why the verdict.

    FRAMEWORK:TASK is one of middle length of what the scoreboard shows of them. The scoreboard names those that failed,
    `bakeoff export` lists all. An ID may be shortened, as long as one trial begins with it.

    \b
    Example:
      bakeoff trial strands:multi_agent
      bakeoff trial langgraph:dice:tool_raises
      bakeoff trial 3fa9
      bakeoff trial 3fa9 --raw | less
    """
    from scoreboard.report.summary import show_trial

    show_trial(home, trial_id, as_sent=raw)


@cli.command()
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of stdout.")
@everywhere
def export(home: Path, form: Literal["csv", "json"], output: Path | None) -> int:
    """Write every trial on the scoreboard, one row each.

    \b
    Example:
      bakeoff export --format csv > trials.csv
    """
    from scoreboard.report.export import export_trials

    return export_trials(home, form, output)


@cli.command("list")
@click.argument("what", type=click.Choice(["frameworks", "tasks", "models", "faults"]), required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--page", "as_page", is_flag=True, help="All there is to say of the faults, as FAULTS.md has it.")
@debug_option
def list_(what: str | None, *, as_json: bool, as_page: bool) -> None:
    """List what can be baked: frameworks, tasks, models, and the faults to try them with.

    \b
    Example:
      bakeoff list frameworks
      bakeoff list faults
    """
    from scoreboard.report.listing import show_listing, show_page

    if as_page and what != "faults":
        raise UsageError("--page is for faults: bakeoff list faults --page.")
    if as_page:
        show_page()
    else:
        show_listing(what, as_json=as_json)


@cli.command()
@click.argument("name")
@click.option(
    "--package",
    "packages",
    metavar="PACKAGE",
    multiple=True,
    help="What to install, as pip names it; the first is the framework itself.  [default: NAME]",
)
@click.option("--file", type=FILE, help="A file anywhere instead of adapters/NAME.py in a checkout.")
@everywhere
def new(home: Path, name: str, packages: tuple[str, ...], file: Path | None) -> None:
    """Begin an adapter: its file with three methods to fill in, its dependencies, its lock.

    In a checkout it becomes adapters/NAME.py and a line in pyproject.toml; elsewhere NAME.py in this folder, with its
    dependencies in a header.

    \b
    Example:
      bakeoff new agno --package agno --package openai
    """
    from scoreboard.kit.new import Newcomer, add_inside, add_outside, in_tree

    newcomer = Newcomer(name, packages or (name.replace("_", "-"),))
    inside = file is None and in_tree()
    path = add_inside(newcomer, say) if inside else add_outside(newcomer, file or Path(f"{name}.py"), home, say)
    path = Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path
    called = name if inside else str(path)
    compared = f"--frameworks baseline,{name}" if inside else f"--adapter {path}"
    click.echo(f"Wrote {path}. Fill in its methods, then see what comes of it:")
    click.echo(f"  bakeoff check {called}\n  bakeoff run {compared}")


@cli.command()
@click.option("--frameworks", metavar="NAMES", help="Frameworks, comma-separated; variants too.  [default: all]")
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True, help="Fresh starts of each framework.")
@click.option("--fresh", is_flag=True, help="Measure anew what is known already.")
@click.option("--json", "as_json", is_flag=True, help="For programs, with every sample.")
@click.option("--adapter", "adapters", metavar="FILE", type=FILE, multiple=True, help="An adapter outside the tree.")
@everywhere
def facts(home: Path, frameworks: str | None, repeats: int, **options: Any) -> int:
    """Measure what each framework costs before it does anything.

    Disk, import, memory, hidden prompt text, settings it makes by itself, what it leaves behind. What is known is not
    measured again while framework, adapter and Bakeoff stay the same.

    \b
    Example:
      bakeoff facts
      bakeoff facts --frameworks baseline,langgraph --repeats 10
    """
    from scoreboard.report.facts import conclude_facts
    from scoreboard.report.progress import progress
    from scoreboard.runner.outside import also, outside_adapters
    from scoreboard.weigh import Order, weigh

    outside = outside_adapters(options["adapters"], home, say)
    cards = {name: card for name, card in framework_cards().items() if not card.is_control} | outside
    wanted = choose_frameworks(also(outside, frameworks, [BASELINE]), cards, variants=False)
    with progress() as display:
        order = Order(home, {name: cards[name] for name in wanted}, repeats, options["fresh"])
        weighed = weigh(order, display)
    return conclude_facts(weighed, as_json=options["as_json"])


@cli.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--variants", is_flag=True, help="Also the further ways to use each framework.")
@timeout_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@everywhere
def check(home: Path, names: tuple[str, ...], *, variants: bool, timeout: float, as_json: bool) -> int:
    """Check that an adapter does what every adapter should, and print what was seen.

    NAME is a framework, one of its variants, or the path of an adapter's file; without any, every framework is checked.
    Nothing is stored.

    \b
    Example:
      bakeoff check baseline langgraph
      bakeoff check ./mine.py
      bakeoff check --variants --json | jq .
    """
    from scoreboard.conformance.check import check as check_all
    from scoreboard.conformance.named import named_cards
    from scoreboard.conformance.page import conclude
    from scoreboard.report.progress import progress

    cards, jobs = named_cards(names, home, say, variants=variants), JOBS
    with progress() as display:
        checklists = check_all(list(cards.values()), home, display, jobs=jobs, timeout_s=timeout)
    return conclude(checklists, cards, as_json=as_json)


@cli.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@everywhere
def upgrade(home: Path, names: tuple[str, ...], *, as_json: bool) -> int:
    """Move frameworks to their newest versions, as far as the check finds nothing worse there.

    NAME is a framework or the path of an adapter's file; without any, all are tried. Each lock is compiled anew, what
    changed is shown, and all adapters that it serves are checked. Where a line fails that did not, the old lock stays.

    \b
    Example:
      bakeoff upgrade langgraph
    """
    from scoreboard.conformance.named import named_cards
    from scoreboard.kit.upgrade import Upgrader, conclude
    from scoreboard.report.progress import progress

    named = named_cards(names, home, say, variants=True)
    groups = {card.group for card in named.values()}
    cards = named | {name: card for name, card in framework_cards().items() if card.group in groups}
    with progress() as display:
        upgrader = Upgrader(home, display, jobs=JOBS, timeout_s=BUDGET.timeout_s)
        return conclude(upgrader.run(cards.values()), as_json=as_json)


@cli.command()
@click.argument("frameworks", metavar="FRAMEWORK [FRAMEWORK]", nargs=-1, required=True)
@click.option("--task", metavar="NAME", help="The task.  [default: the simplest one for one agent]")
@click.option("--json", "as_json", is_flag=True, help="For programs, every part as it was sent.")
@everywhere
def prompts(home: Path, frameworks: tuple[str, ...], task: str | None, as_json: bool) -> int:  # noqa: FBT001
    """Show what a framework really sends to the model, or compare two. A FRAMEWORK may be an adapter's file.

    Per call: system text, messages, tools with their schemas, and the other parameters. They come from the newest
    passed trial with the simulated model; where there is none, one is baked first.

    \b
    Example:
      bakeoff prompts langgraph
      bakeoff prompts baseline langgraph --task structured_output
    """
    from scoreboard.report.prompts import show_prompts
    from scoreboard.runner.outside import outside_adapters
    from scoreboard.weigh import simplest_task

    files = [Path(word).resolve() for word in frameworks if word.endswith(".py")]
    cards = framework_cards() | outside_adapters(files, home, say)
    words = [Path(word).stem if word.endswith(".py") else word for word in frameworks]
    named = list(dict.fromkeys(name for word in words for name in choose("framework", word, cards)))
    tasks = choose("task", task, task_files()) if task else [simplest_task()]
    if len(named) > 2 or len(tasks) > 1:
        raise UsageError("Name one framework or two, and one task: more do not fit side by side.")
    return show_prompts(home, [cards[name] for name in named], tasks[0], as_json=as_json)


@cli.command()
@on_the_site
@click.option("--output", type=FILE, default="report", show_default=True, help="The folder for the site.")
@click.option("--post", is_flag=True, help="One Markdown article with pictures instead of the site.")
@everywhere
def report(home: Path, frameworks: str | None, tasks: str | None, model: str | None, **options: Any) -> int:
    """Write the comparison as a site: a folder that opens from disk and can be published as it is.

    index.html has the board, what happened when things went wrong, what it costs, what is really sent, the code beside
    its results, the audit, the stars and how it all was measured; beside it a page for each framework and for each
    trial, and data/ with everything as CSV and JSON. It shows what is stored (`bakeoff run`, with --faults too), the
    facts (`bakeoff facts`) and the stars (`bakeoff stars`), and asks nobody anything.

    \b
    Example:
      bakeoff report
      bakeoff report --frameworks baseline,langgraph,strands --output why-we-chose
      bakeoff report --post --output article
    """
    from scoreboard.report.site.kept_stars import kept_stars
    from scoreboard.report.summary import Selection

    selection = Selection(frameworks, tasks, model, variants=True, faults="all")
    output: Path = options["output"]
    if options["post"]:
        from scoreboard.report.post.article import write_article

        return write_article(home, selection, kept_stars(home), output, say)
    from scoreboard.report.site.gathered import gather
    from scoreboard.report.site.publish import publish

    return publish(gather(home, selection, kept_stars(home)), output, say)


@cli.command()
@on_the_site
@click.option(
    "--port", type=click.IntRange(0, 65535), help="0: any that is free.  [default: 8400, or the next that is free]"
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@everywhere
def view(home: Path, frameworks: str | None, tasks: str | None, model: str | None, **options: Any) -> int:
    """Serve the site on this machine, and follow a run that is still going, cell by cell.

    It may be started before the run is: the page waits for the first trial. The address is on stdout; nobody else's
    machine can reach it. Ctrl-C ends it.

    \b
    Example:
      bakeoff view
      bakeoff view --frameworks baseline,langgraph --port 9000 --no-browser
    """
    from scoreboard.report.site.gathered import gather
    from scoreboard.report.site.kept_stars import kept_stars
    from scoreboard.report.site.server import Manner, live_script
    from scoreboard.report.site.server import view as serve
    from scoreboard.report.site.site import Site
    from scoreboard.report.summary import Selection

    selection = Selection(frameworks, tasks, model, variants=True, faults="all")

    def make(state: str) -> Site:
        return Site(gather(home, selection, kept_stars(home)), live_script(state))

    return serve(home, selection, make, Manner(options["port"], opens_browser=not options["no_browser"]))


@cli.command()
@click.argument("framework", metavar="FRAMEWORK")
@click.option(
    "--show",
    "kind",
    type=click.Choice(["passed", "tokens", "calls", "overhead", "faults", "lines"]),
    default="passed",
    show_default=True,
    help="The figure. tokens, calls, overhead (its own time) and lines are multiples of the baseline's.",
)
@click.option("--task", metavar="NAME", help="Of this task alone.  [default: all; for multiples the simplest one]")
@click.option("--model", help="Only what this model answered.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of stdout.")
@everywhere
def badge(home: Path, framework: str, kind: Any, task: str | None, model: str | None, output: Path | None) -> int:
    """Write one figure of one framework as a badge for a README: an SVG that needs no font and no server.

    \b
    Example:
      bakeoff badge langgraph > badge.svg
      bakeoff badge langgraph --task dice --show tokens --output tokens.svg
      bakeoff badge strands --show faults
    """
    from scoreboard.report.badge import write_badge

    return write_badge(home, framework, kind, task, model, output)


@cli.command()
@click.argument("names", metavar="[OWNER/NAME]...", nargs=-1)
@click.option(
    "--source",
    type=click.Choice(["github", "ossinsight", "both"]),
    help="Whose history. OSS Insight's is a lower bound, drawn dashed.  [default: github; with --article both]",
)
@click.option(
    "--article", is_flag=True, help="Put the figures of an article of March 2026 beside what the sources say now."
)
@click.option(
    "--from",
    "start",
    metavar="DATE",
    help="Charts over time begin there: 2025-03 or 2025-03-14. Tables, CSV and JSON do not.",
)
@click.option("--to", "end", metavar="DATE", help="Charts over time end there.")
@click.option(
    "--charts",
    metavar="NAMES",
    default="all",
    show_default=True,
    help="Charts to draw, comma-separated, or none: cumulative, cumulative-log, monthly, cumulative-by-age, "
    "monthly-by-age.",
)
@click.option("--output", type=FILE, default="stars", show_default=True, help="The folder for charts, CSV and JSON.")
@click.option("--offline", is_flag=True, help="Ask nobody; show what is kept, with its age.")
@click.option("--fresh", is_flag=True, help="Ask again, also for what is less than a day old.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 600, min_open=True),
    callback=lambda _context, _option, seconds: finite(seconds),
    default=30.0,
    show_default=True,
    help="Seconds an answer may take.",
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 3600),
    callback=lambda _context, _option, seconds: finite(seconds),
    default=60.0,
    show_default=True,
    help="Seconds to wait at most where a source asks us to wait.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs, on stdout.")
@everywhere
def stars(home: Path, names: tuple[str, ...], output: Path, *, as_json: bool, **options: Any) -> int:
    """Show the star history of the frameworks, or of any repository, and draw it.

    OWNER/NAME is any repository on GitHub; a framework may be called by its name, and `all` is all of them. Writes
    charts (SVG and PNG, light and dark), a page that works offline, CSV and JSON. GITHUB_TOKEN is used if set: without
    one GitHub allows 60 requests an hour, and the first run for all frameworks takes about 55. Exit status 1 where the
    source that leads has not the whole history of everything that was asked for.

    \b
    Example:
      bakeoff stars
      bakeoff stars --source both --article
      bakeoff stars all agno-agi/agno --from 2025-01 --charts cumulative,monthly
      bakeoff stars huggingface/smolagents --offline
    """
    from scoreboard.report.star_wishes import Wanted, charts_named, sources_named, subjects_named, view_of
    from scoreboard.report.stars import show_stars
    from star_history.client import Patience
    from star_history.collector import Manner

    wanted = Wanted(
        subjects=subjects_named(names),
        sources=sources_named(options["source"] or ("both" if options["article"] else "github")),
        view=view_of(options["start"], options["end"]),
        charts=charts_named(options["charts"]),
        output=output,
        audits_article=options["article"],
    )
    patience = Patience(answer_s=options["timeout"], wait_s=options["wait"])
    manner = Manner(patience, is_offline=options["offline"], is_fresh=options["fresh"])
    return show_stars(home, wanted, manner, say, as_program=as_json)
