"""What surrounds every page: navigation, the run's card, and an apology when something of ours breaks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NoReturn

import streamlit as st

from rnn_core import DatasetError, Experiment, LimitError, RnnCoreError
from ui.figures.palette import Palette, palette
from ui.frame import arrival, assigned_step, browser_storage, kept_work, language_switch, preparation, sharing, theme
from ui.frame.living import apologize, at_work, living
from ui.language import gettext, paragraph, percent
from ui.messages import baseline as baseline_messages
from ui.messages import errors, formatting
from ui.messages import experiment as experiment_messages
from ui.messages import runs as runs_messages
from ui.server import log
from ui.server.job_status import JobStatus
from ui.server.jobs import Job
from ui.session import session as sessions
from ui.session.page_view import PageView
from ui.session.runs import Runs
from ui.session.session import Session
from ui.session.workspace import Workspace

# Streamlit advises against a folder named pages/ beside the entry point, since a fresh process runs a page opened by its address
# without the router. `enter` handles that one case, so the folder keeps the name that says what is in it.
HOME, DATASET, HYPERPARAMETERS = "pages/home.py", "pages/dataset.py", "pages/hyperparameters.py"
TRAINING, GRADIENTS, PREDICTIONS = "pages/training.py", "pages/gradients.py", "pages/predictions.py"
ALL_SENTENCES, STEP_BY_STEP, SWEEPS = "pages/all_sentences.py", "pages/step_by_step.py", "pages/sweeps.py"
GUIDE, CHALLENGES, ASSIGNMENTS = "pages/guide.py", "pages/challenges.py", "pages/assignments.py"
ADDRESSES = [
    Path(page).stem
    for page in (
        *(DATASET, HYPERPARAMETERS, TRAINING, GRADIENTS, PREDICTIONS),
        *(GUIDE, CHALLENGES, ASSIGNMENTS, ALL_SENTENCES, STEP_BY_STEP, SWEEPS),
    )
]
"""Of the pages but the first: their files' names, which are the only ones that a fresh process knows."""
ICON = str(Path(__file__).with_name("icon.svg"))


def serve() -> None:
    """Run the requested page: the router's one call."""
    log.to_stderr()
    sessions.mark_routed()
    try:
        _serve(sessions.current())
    except LimitError as problem:  # no more visitors fit
        st.warning(errors.error(problem), icon=":material/groups:")
    except Exception:
        apologize()


def _serve(session: Session) -> None:
    language_switch.settle(session)
    # Before the navigation, or the browser would fetch the first page's icon from another site.
    st.set_page_config(page_icon=ICON, layout="wide")
    page = _navigation()
    st.set_page_config(page_title=f"{page.title} · Unrolled")
    session.view.memo.new_drawing()
    session.view.polling.settle(session.server.slots.load)
    if browser_storage.recall(session):
        st.rerun()
    with st.sidebar:
        storage = st.container()
        arrival.receive(session.inbox, session.limits)
        preparation.show()
        card = st.container()
        sharing.button(session, page.url_path)
        session.view.charts_as_tables = st.toggle(
            gettext("Charts as tables too"),
            value=session.view.charts_as_tables,
            key="charts-as-tables",
            help=gettext("Shows the numbers under every chart, for a screen reader or a close look."),
        )
        language_switch.switch(session)
    with session.inbox.drawing():
        _run(session, page)
    with card:  # after the page, or the card would still say running when a run ends while the page is drawn
        _card(session)
    with storage:
        browser_storage.keep(session, page.url_path, ADDRESSES)
    theme.follow()  # at the end, where it takes no room that anybody sees


class _PageEnd(BaseException):
    """A page has nothing more to show. It is no Exception, so that handlers of errors let it pass."""


def stop() -> NoReturn:
    """End the page here. st.stop would also skip what follows the page: the browser would not store what is set."""
    raise _PageEnd


def _run(session: Session, page: st.Page) -> None:
    try:
        with at_work(session):
            assigned_step.run(session, page)
    except _PageEnd:
        pass
    except LimitError as problem:  # too much of the visitor's is at work
        st.warning(errors.error(problem), icon=":material/hourglass_top:")
    except Exception:
        apologize()


def enter(title: str) -> Session:
    """Begin a page: show its title and any notice, and return the visitor's session.

    A page that a fresh process ran without the router is run again with it.
    """
    if not sessions.routed():
        sessions.mark_routed()
        _navigation()
        st.rerun()
    session = sessions.current()
    st.title(title, anchor=False)
    if session.view.notice:
        st.info(session.view.notice(), icon=":material/info:")
        session.view.notice = None
    kept_work.offer(session)
    arrival.offer(session)
    return session


def colors() -> Palette:
    """Return the palette of the visitor's theme."""
    return palette(theme.present())


def chip(experiment: Experiment) -> None:
    """Show which experiment a page is about, a chip for each phrase, so that a narrow page breaks the line between them."""
    st.markdown(" ".join(f":gray-badge[{phrase}]" for phrase in experiment_messages.describe(experiment)))


def belongs(workspace: Workspace, run: JobStatus) -> None:
    """Say which experiment a result belongs to, which epoch is looked at, and what has changed since."""
    chip(run.experiment)
    if said := runs_messages.viewing(run):
        st.caption(said)
    if phrases := experiment_messages.differences(
        run.experiment, workspace.dataset.fingerprint, workspace.model, workspace.training
    ):
        st.info(experiment_messages.stale(phrases), icon=":material/history:")


def train(session: Session, experiment: Experiment) -> None:
    """Start a run, or say at the top of the next page why it cannot be started now."""
    try:
        session.runs.train(experiment)
    except LimitError as problem:
        session.view.notice = partial(errors.error, problem)


def resume(view: PageView, job: Job, *, one_epoch: bool = False) -> None:
    """Let a run go on, or say why it cannot now."""
    try:
        job.step() if one_epoch else job.start()
    except LimitError as problem:
        view.notice = partial(errors.error, problem)


def length(runs: Runs, experiment: Experiment, *, always: bool = True) -> None:
    """Say about how long a run will take; warn if it would be cut short, otherwise say it only if `always`."""
    seconds = runs.estimate(experiment)
    said = runs_messages.time_line(seconds, experiment.training.epochs, runs.server.limits, runs.server.slots.stretch)
    if seconds > runs.server.limits.seconds:
        st.warning(said, icon=":material/timer:")
    elif always:
        st.caption(said)


def baseline(workspace: Workspace) -> None:
    """Show what a bag of words reaches on the session's sentences."""
    data = workspace.dataset
    fitted = workspace.baseline(data)
    if fitted is None and not data.blocking and st.button(gettext("Fit a bag of words"), icon=":material/shopping_bag:"):
        workspace.baseline(data, patient=True)
        st.rerun()
    if fitted is not None:
        st.caption(baseline_messages.baseline_line(fitted))


def refuse(problem: RnnCoreError | None) -> None:
    """Say why the present settings cannot be trained, and where to fix it."""
    if problem is None:
        return
    st.error(paragraph([gettext("This cannot be trained yet."), errors.error(problem)]), icon=":material/block:")
    if isinstance(problem, DatasetError) or getattr(problem, "what", "") in ("rows", "words"):
        link(DATASET, gettext("Fix the sentences"), ":material/table_rows:")


def link(page: str, label: str, icon: str | None = None) -> None:
    """Draw a link to another page."""
    st.page_link(page, label=label, icon=icon)


def _navigation() -> st.Page:
    groups = {
        "": [st.Page(HOME, title=gettext("Home"), icon=":material/home:", default=True)],
        gettext("Learn"): [
            st.Page(GUIDE, title=gettext("Guide"), icon=":material/menu_book:"),
            st.Page(CHALLENGES, title=gettext("Challenges"), icon=":material/emoji_events:"),
            st.Page(ASSIGNMENTS, title=gettext("Assignments"), icon=":material/assignment:"),
        ],
        gettext("The experiment"): [
            st.Page(DATASET, title=gettext("Dataset"), icon=":material/table_rows:"),
            st.Page(HYPERPARAMETERS, title=gettext("Hyperparameters"), icon=":material/tune:"),
        ],
        gettext("The network"): [
            st.Page(TRAINING, title=gettext("Training"), icon=":material/show_chart:"),
            st.Page(GRADIENTS, title=gettext("Gradients"), icon=":material/ssid_chart:"),
            st.Page(PREDICTIONS, title=gettext("Predictions"), icon=":material/psychology:"),
            st.Page(ALL_SENTENCES, title=gettext("All sentences"), icon=":material/checklist:"),
            st.Page(STEP_BY_STEP, title=gettext("Step by step"), icon=":material/footprint:"),
            st.Page(SWEEPS, title=gettext("Sweeps"), icon=":material/grid_on:"),
        ],
    }
    wanted = sessions.wanted_page()
    page = st.navigation(groups)
    # Streamlit draws the page that was written down last, perhaps by a run that this one replaces.
    for other in (other for group in groups.values() for other in group):
        if other._script_hash == wanted != page._script_hash:
            st.switch_page(other)
    return page


def _card(session: Session) -> None:
    """Draw the run's card, live while it runs, on every page."""
    job = session.runs.job
    if job is None:
        return

    def card() -> None:
        running = job.running
        run = job.status()
        with st.container(border=True):
            st.caption(
                f"{formatting.plain(runs_messages.run_name(run.name))} · {experiment_messages.network(run.experiment.model)}"
            )
            st.progress(run.progress, text=runs_messages.standing(run))
            if run.epoch:
                last = run.history[-1]
                train, test = last.train.accuracy or 0.0, last.test.accuracy
                st.caption(_accuracies(train, test))
            if running and st.button(gettext("Pause"), icon=":material/pause:", key="card-pause", width="stretch"):
                job.pause()
                st.rerun()
            if run.state == "paused" and st.button(
                gettext("Resume"), icon=":material/play_arrow:", key="card-resume", width="stretch"
            ):
                resume(session.view, job)
                st.rerun()
        browser_storage.keep_epoch(session)

    living(session, card, lambda: job.running, every=2)


def _accuracies(train: float, test: float | None) -> str:
    """The latest accuracies of a run, in a line."""
    if test is None:
        return gettext("Accuracy: train {train}", train=percent(train))
    return gettext("Accuracy: train {train}, test {test}", train=percent(train), test=percent(test))
